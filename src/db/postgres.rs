//! PostgreSQL: where it is, how it is reached, and whether what is said to it is encrypted.

use super::start_error::{StartError, migration_failed};
use super::{storage, upkeep};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Executor, PgPool, Postgres, Transaction};
use std::env::var_os;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

const PATIENCE: Duration = Duration::from_secs(5);

const MOST_CONNECTIONS: u32 = 16;

/// Connects, and brings the database to the newest migration. Of several nodes that start together one migrates, while
/// the others wait for its advisory lock.
pub(super) async fn open(url: &str) -> Result<PgPool, StartError> {
    let options = options(url)?;
    let pool = PgPoolOptions::new()
        .max_connections(MOST_CONNECTIONS)
        .acquire_timeout(PATIENCE)
        // Statements here take milliseconds. Where PostgreSQL believes of one that it takes long, compiling it takes longest.
        .after_connect(|connection, _| Box::pin(async move { connection.execute("set jit = off").await.map(|_| ()) }));
    let pool = match storage::guarded(pool).connect_with(options.clone()).await {
        Ok(pool) => pool,
        Err(error) => return Err(unreached(&options, error).await),
    };
    if let Some(line) = in_the_clear(&options, is_encrypted(&pool).await?) {
        tracing::warn!("{line}");
    }
    // An update may take minutes over a large database; that is no news.
    let quiet = options.clone().disable_statement_logging();
    let mut connection = match quiet.connect().await {
        Ok(connection) => connection,
        Err(error) => return Err(unreached(&options, error).await),
    };
    MIGRATIONS.run(&mut connection).await.map_err(migration_failed)?;
    if let Err(error) = upkeep::analyze_unknown(&pool).await {
        tracing::debug!(%error, "could not gather the statistics of the database");
    }
    Ok(pool)
}

/// Begins a transaction that may write. A session that began while the server was read-only stays so: the others that are
/// idle are tried before one of those is, and then a new one where there is room, because one that is just being given
/// back is among neither.
pub(super) async fn begin(pool: &PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let others = pool.num_idle().min(MOST_CONNECTIONS as usize - 1);
    let mut read_only = Vec::new();
    loop {
        let mut tx = pool.begin().await?;
        let tried = read_only.len();
        let more = tried < others || tried == others && pool.size() < MOST_CONNECTIONS;
        if !storage::is_read_only(&mut tx).await? || !more {
            return Ok(tx);
        }
        storage::renew();
        read_only.push(tx);
    }
}

/// What libpq takes by the same names (PostgreSQL's documentation §34.1.2 and §34.19).
const TLS_PARAMETERS: [&str; 4] = ["sslmode", "sslrootcert", "sslcert", "sslkey"];

/// Encrypted wherever the server can, unless the address says otherwise, and verified where it asks for that.
pub(super) fn options(url: &str) -> Result<PgConnectOptions, StartError> {
    let wrong = |why: String| StartError(format!("DOORWARD_DATABASE_URL: {why}"));
    let parsed = Url::parse(url).map_err(|e| wrong(e.to_string()))?;
    for (name, value) in parsed.query_pairs() {
        // One that is mistyped would be left out, and the connection perhaps not encrypted.
        if name.starts_with("ssl") && !TLS_PARAMETERS.contains(&name.as_ref()) {
            return Err(wrong(format!("{name} is unknown; use {}", TLS_PARAMETERS.join(", "))));
        }
        // The text of a certificate may stand there, too.
        if name.starts_with("ssl") && name != "sslmode" && !value.trim_start().starts_with("-----BEGIN") {
            std::fs::read(&*value).map_err(|e| wrong(format!("cannot read {name} {value}: {e}")))?;
        }
    }
    let options = PgConnectOptions::from_str(url).map_err(|e| wrong(e.to_string()))?;
    // An IPv6 address is in brackets only in a URL (RFC 3986 §3.2.2).
    let host = options.get_host().trim_matches(['[', ']']).to_owned();
    let options = options.host(&host);
    let verifies = parsed.query_pairs().any(|(name, _)| name == "sslrootcert") || var_os("PGSSLROOTCERT").is_some();
    let mode = match options.get_ssl_mode() {
        // A socket is as private as this machine.
        _ if is_socket(&options) => PgSslMode::Disable,
        PgSslMode::Allow => PgSslMode::Prefer,
        PgSslMode::Require if verifies => PgSslMode::VerifyCa,
        mode => mode,
    };
    Ok(options.ssl_mode(mode))
}

/// Without a host, sqlx takes the folder of the system's socket for one.
fn is_socket(options: &PgConnectOptions) -> bool {
    options.get_socket().is_some() || options.get_host().starts_with('/')
}

/// Why there is no connection; the pool itself only knows that it has waited long enough.
async fn unreached(options: &PgConnectOptions, error: sqlx::Error) -> StartError {
    let error = match error {
        sqlx::Error::PoolTimedOut => match timeout(Duration::from_secs(1), options.connect()).await {
            Ok(Err(cause)) => cause.to_string(),
            _ => format!("no answer within {} seconds", PATIENCE.as_secs()),
        },
        error => error.to_string(),
    };
    let place = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    let advice = if error.contains("certificate") {
        ". Name the certificate of its authority in sslrootcert, and the host as the server's certificate does"
    } else {
        ""
    };
    StartError(format!("cannot reach the PostgreSQL database at {place}: {error}{advice}").replace('\n', " "))
}

pub(super) async fn is_encrypted(pool: &PgPool) -> Result<bool, StartError> {
    const SSL: &str = "select coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false)";
    let asked = sqlx::query_scalar(SSL).fetch_one(pool).await;
    asked.map_err(|e| StartError(format!("cannot check whether the PostgreSQL connection is encrypted: {e}")))
}

/// The line of the log about a database on another machine to which everything travels readable.
pub(super) fn in_the_clear(options: &PgConnectOptions, encrypted: bool) -> Option<String> {
    let host = options.get_host();
    let here = host == "localhost" || host.ends_with(".localhost");
    let here = here || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    let local = is_socket(options) || here;
    (!encrypted && !local).then(|| {
        format!(
            "the connection to the database at {host} is not encrypted: anyone on the network can read it, including \
             the password. Turn on TLS at the server, and set sslmode=verify-full in DOORWARD_DATABASE_URL."
        )
    })
}
