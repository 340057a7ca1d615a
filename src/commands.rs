//! The command line: what `doorward …` can do besides serving.

use crate::app::router::router;
use crate::app::{openapi, searched};
use crate::db::{StartError, connect};
use crate::features::demo::{
    self,
    seed::{self, Step},
};
use crate::features::first_start::model::UNNAMED;
use crate::features::{accounts, first_start, integrations, live, mail};
use crate::server::clock::SystemClock;
use crate::server::config::Config;
use crate::server::password::Cost;
use crate::server::serve::{self, Bounds, raise_descriptors};
use crate::server::{AppState, expiry, idempotency, metrics, refold, refusal_log, upkeep, usage_log, watch};
use clap::{Parser, Subcommand};
use progress::{Progress, said};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::timeout_at;

mod progress;
#[cfg(test)]
mod tests;

#[derive(Parser)]
#[command(name = "doorward", version, about = "Self-hosted access console for building and IoT platforms")]
pub struct Cli {
    /// A TOML file with settings, in addition to environment variables.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the console and the HTTP API.
    Serve {
        /// Fill an empty database with three buildings, 2,000 users and their sessions.
        #[arg(long)]
        demo: bool,
    },
    /// Administer this installation.
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Manage third-party clients of the HTTP API.
    Integrations {
        #[command(subcommand)]
        command: IntegrationsCommand,
    },
    /// Print the description of the HTTP API (OpenAPI 3.1).
    Openapi,
    /// Add generated users to the oldest organization, for measuring. Continues where it was stopped.
    Seed {
        /// The total number of users.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=seed::MOST))]
        users: u64,
    },
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Print a temporary password for an account, close its sessions and revoke its API keys.
    ResetPassword { username: String },
}

#[derive(Subcommand)]
enum IntegrationsCommand {
    /// Create an integration; prints its client ID and its secret, which won't be shown again.
    Create {
        name: String,
        /// A permission, for example rooms:read or lighting:full@Building A/Floor 1. Without a place, on everything.
        #[arg(long = "grant", value_name = "SCREEN:LEVEL[@PLACE]", required = true)]
        grants: Vec<String>,
        /// The organization; by default the oldest one.
        #[arg(long, value_name = "NAME")]
        organization: Option<String>,
    },
}

/// Runs one command; an error is the one line to print.
pub async fn run(cli: Cli) -> Result<(), StartError> {
    let config = Config::load(cli.config.as_deref(), |name| std::env::var(name).ok()).map_err(StartError)?;
    start_log(&match cli.command {
        // A statement that brings in thousands of rows may take seconds; that is no news.
        Command::Seed { .. } => format!("{},sqlx::query=error", config.log),
        _ => config.log.clone(),
    })?;
    match cli.command {
        Command::Serve { demo } => serve(config, demo).await,
        Command::Admin { command: AdminCommand::ResetPassword { username } } => reset_password(config, &username).await,
        Command::Integrations { command: IntegrationsCommand::Create { name, grants, organization } } => {
            create_integration(config, &name, &grants, organization.as_deref()).await
        }
        Command::Openapi => print_openapi(&config),
        Command::Seed { users } => seed_users(config, users).await,
    }
}

fn start_log(log: &str) -> Result<(), StartError> {
    let filter = tracing_subscriber::EnvFilter::try_new(log);
    let filter = filter.map_err(|e| StartError(format!("DOORWARD_LOG is not a log filter: {e}")))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    Ok(())
}

/// Runs a command on the configured database, and leaves nothing open behind.
async fn with_database<T>(
    config: Config,
    command: impl AsyncFnOnce(&AppState) -> Result<T, String>,
) -> Result<T, StartError> {
    let state = open(config).await?;
    let done = command(&state).await;
    upkeep::close(&state).await;
    done.map_err(StartError)
}

async fn open(config: Config) -> Result<AppState, StartError> {
    let db = said("Opening the database; an update migrates it first", connect(&config.database_url)).await?;
    Ok(AppState::new(db, config, Arc::new(SystemClock), Cost::STANDARD))
}

async fn serve(config: Config, demo: bool) -> Result<(), StartError> {
    // Before the database is touched: a second start by mistake must not make a first organization somewhere.
    let listener = bind(config.listen, "DOORWARD_LISTEN").await?;
    if config.tls.is_some() {
        let message = "DOORWARD_TLS_CERT: this version does not serve https itself yet; put a proxy in front of it";
        return Err(StartError(message.to_owned()));
    }
    let metrics = match config.metrics_listen {
        Some(address) => Some(bind(address, "DOORWARD_METRICS_LISTEN").await?),
        None => None,
    };
    let state = open(config).await?;
    let served = serve_from(&state, listener, metrics, demo).await;
    upkeep::close(&state).await;
    served
}

async fn serve_from(
    state: &AppState,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    demo: bool,
) -> Result<(), StartError> {
    let descriptors = raise_descriptors();
    if let Some(listener) = metrics {
        tokio::spawn(serve::serve(listener, metrics::router(state.clone()), Bounds::few(&state.config), stopped()));
    }
    let started = match demo {
        true => said("Creating the demo: three buildings and 2,000 users", demo::ops::start(state)).await,
        false => said("Looking for the first organization", first_start::ops::run(state, UNNAMED)).await,
    };
    match started.map_err(StartError)? {
        Some(first) => {
            println!("{}", if demo { DEMO_FILLED } else { FIRST_START });
            print_sign_in(&first);
        }
        None if demo => println!("{}", demo::ops::how_to_sign_in(state).await.map_err(StartError)?),
        None => {}
    }
    println!("Doorward serves {}", state.config.public_url);
    let mut beside = beside(state);
    let bounds = Bounds::below(descriptors, &state.config);
    let began = serve::serve(listener, router(state.clone()), bounds, stopped()).await;
    // A mail that is being sent is waited for below; the rest stays in the outbox.
    beside.shutdown().await;
    // Neither a refusal's row nor what was counted since the last time is lost with an orderly stop.
    if timeout_at(began + BESIDE, state.settled()).await.is_err() {
        tracing::warn!("stopped before everything was in the audit log");
    }
    let written_down = async {
        refusal_log::flush(state).await;
        usage_log::flush(state).await
    };
    match timeout_at(began + WRITTEN_DOWN, written_down).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "could not store the usage of access tokens"),
        Err(_) => tracing::warn!("stopped before the usage of access tokens was stored"),
    }
    Ok(())
}

/// After an update that searches otherwise: beside the requests, because it may take minutes.
async fn make_search_texts_again(state: AppState) {
    if let Err(error) = refold::run(&state, &searched::ALL).await {
        tracing::error!(%error, "searches don't find what was stored before the update, until the next start");
    }
}

/// What goes on for as long as the process serves.
fn beside(state: &AppState) -> JoinSet<()> {
    let mut beside = JoinSet::new();
    beside.spawn(watch::watch(state.clone()));
    beside.spawn(live::tell_ended(state.clone()));
    beside.spawn(usage_log::write_down(state.clone()));
    beside.spawn(refusal_log::close(state.clone()));
    beside.spawn(mail::sender::run(state.clone()));
    beside.spawn(expiry::end_what_is_over(state.clone()));
    beside.spawn(idempotency::sweep(state.clone()));
    beside.spawn(make_search_texts_again(state.clone()));
    beside.spawn(upkeep::daily(state.clone()));
    beside
}

async fn bind(address: SocketAddr, variable: &str) -> Result<TcpListener, StartError> {
    let failed =
        |e| StartError(format!("cannot listen on {address}: {e}. Is Doorward running already? Set {variable}."));
    TcpListener::bind(address).await.map_err(failed)
}

/// A stop is over within ten seconds: requests have `Bounds::in_flight` of them, what goes on beside them ends by then.
const BESIDE: Duration = Duration::from_millis(8_500);
/// And what was counted is in the database.
const WRITTEN_DOWN: Duration = Duration::from_millis(9_500);

const FIRST_START: &str = "First start: created an organization and its administrator.";
const DEMO_FILLED: &str = "Created the demo: Harbour House with three buildings and 2,000 users. Three of them can sign in with this password: \
     the administrator, maya.okafor, who manages a distributor, and ivan.nightingale, who sees two floors.";

/// Passwords are shown on stdout, never in the log.
fn print_sign_in(first: &first_start::ops::FirstStart) {
    println!("username: {}", first.username);
    match &first.password {
        Some(password) => println!("password: {password}"),
        None => println!("password: the one in DOORWARD_ADMIN_PASSWORD"),
    }
}

async fn reset_password(config: Config, username: &str) -> Result<(), StartError> {
    let reset = async |state: &AppState| accounts::ops::reset_from_command_line(state, username).await;
    let reset = with_database(config, reset).await?;
    println!("username: {}", reset.username);
    println!("password: {}", reset.password);
    eprintln!("It is temporary: it expires after 72 hours and must be replaced at the first sign-in.");
    match reset.revoked_keys {
        0 => {}
        1 => eprintln!("1 API key of this account was revoked."),
        many => eprintln!("{many} API keys of this account were revoked."),
    }
    Ok(())
}

/// Exactly two lines on stdout, for scripts; all else is on stderr.
async fn create_integration(
    config: Config,
    name: &str,
    grants: &[String],
    organization: Option<&str>,
) -> Result<(), StartError> {
    let public_url = config.public_url.clone();
    let make = async |state: &AppState| integrations::command::create(state, name, grants, organization).await;
    let made = with_database(config, make).await?;
    println!("client_id={}\nclient_secret={}", made.client_id, made.client_secret);
    eprintln!("The secret won't be shown again. Exchange both for a token at {public_url}/oauth/token.");
    Ok(())
}

fn print_openapi(config: &Config) -> Result<(), StartError> {
    println!("{:#}", openapi::document(&config.public_url, config.cookie_name()));
    Ok(())
}

async fn seed_users(config: Config, users: u64) -> Result<(), StartError> {
    let seed = async |state: &AppState| {
        if let Some(first) = first_start::ops::run(state, UNNAMED).await? {
            println!("{FIRST_START}");
            print_sign_in(&first);
        }
        let (begun, progress) = (Instant::now(), Progress::new());
        let done = seed::run(state, users, |step| match step {
            Step::Users(total) => progress.at("Adding users", total, users),
            Step::Indexes(done, all) => progress.at("Building the indexes again", done, all),
        });
        let done = done.await;
        progress.end();
        Ok::<_, String>((done?, begun.elapsed().as_secs_f64()))
    };
    let (done, seconds) = with_database(config, seed).await?;
    println!("{} rows added, {} in all, {seconds:.1} seconds", done.added, done.total);
    Ok(())
}

async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}
