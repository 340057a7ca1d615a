//! The whole application under test: both engines, a clock that stands still, and browsers that speak HTTP to it.

mod architecture;
mod browser;
mod checklist;
mod circles;
mod clients;
mod contrast;
mod described;
mod engines;
mod fixtures;
mod imports;
mod leaks;
pub mod plans;
mod smtp;
mod teams;

pub use architecture::all as sources;
pub use browser::{Answer, Browser};
pub use clients::Client;
pub use fixtures::{Given, PASSWORD, UserSpec, levels};
pub use plans::{most_read, scans};
pub use smtp::{Manner, SMTP_PASSWORD, Smtp};

use crate::app::router::router;
use crate::db::{Db, connect};
use crate::features::first_start;
use crate::features::mail::sender;
use crate::server::clock::SetClock;
use crate::server::config::Config;
use crate::server::password::Cost;
use crate::server::{AppState, Call, Reason, System};
use axum::Router;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Sunday, 22 November 2026, 08:00 UTC.
pub const START: i64 = 1_795_334_400_000;

pub const ADMIN_PASSWORD: &str = "violet harbour kettle moss";

/// The operator chose the administrator's password.
pub const WITH_PASSWORD: [(&str, &str); 1] = [("DOORWARD_ADMIN_PASSWORD", ADMIN_PASSWORD)];

/// One test on each engine: `both!(async fn stranger_gets_401(app: TestApp) { … });`
macro_rules! both {
    ($(async fn $name:ident($app:ident: TestApp) $body:block)+) => {
        $(mod $name {
            use super::*;

            async fn run($app: TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() {
                run($crate::testing::TestApp::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_postgres() {
                run($crate::testing::TestApp::postgres().await).await;
            }
        })+
    };
}
pub(crate) use both;

/// An installation after its first start, with the administrator `admin`.
pub struct TestApp {
    pub state: AppState,
    pub clock: Arc<SetClock>,
    pub router: Router,
    /// Of the database, for a second node on it.
    url: String,
    /// Removed with the test.
    folder: Option<tempfile::TempDir>,
}

impl TestApp {
    pub async fn sqlite() -> TestApp {
        let (url, folder) = engines::sqlite().await;
        TestApp::open(url, Some(folder), &WITH_PASSWORD).await.after_first_start().await
    }

    pub async fn postgres() -> TestApp {
        TestApp::open(engines::postgres().await, None, &WITH_PASSWORD).await.after_first_start().await
    }

    async fn open(url: String, folder: Option<tempfile::TempDir>, env: &[(&str, &str)]) -> TestApp {
        let env = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let config = Config::load(None, env).unwrap();
        let clock = SetClock::at(START);
        let db = connect(&url).await.unwrap();
        let state = AppState::new(db, config, clock.clone(), Cost::TEST);
        TestApp { router: router(state.clone()), state, clock, url, folder }
    }

    pub async fn after_first_start(self) -> TestApp {
        first_start::ops::run(&self.state, "Harbour House").await.unwrap();
        self
    }

    /// Another installation on the same engine, before its first start; `env` is what its operator set.
    pub async fn untouched(&self, env: &[(&str, &str)]) -> TestApp {
        if self.url.starts_with("sqlite:") {
            let (url, folder) = engines::sqlite().await;
            return TestApp::open(url, Some(folder), env).await;
        }
        TestApp::open(engines::postgres().await, None, env).await
    }

    /// The address of a database on the same engine that holds no table; on SQLite nothing at all is there.
    pub async fn empty_database(&self) -> (String, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        if self.url.starts_with("sqlite:") {
            return (format!("sqlite://{}", folder.path().join("data/doorward.db").display()), folder);
        }
        (engines::empty_postgres().await, folder)
    }

    /// A node on that database, before its first start.
    pub async fn node(url: &str, env: &[(&str, &str)]) -> TestApp {
        TestApp::open(url.to_owned(), None, env).await
    }

    /// A second node on the same database, with this mail server and less patience for it than is usual.
    pub async fn with_mail(&self, smtp: &Smtp) -> TestApp {
        let env = |name: &str| match name {
            "DOORWARD_SMTP_URL" => Some(smtp.url.clone()),
            "DOORWARD_MAIL_FROM" => Some("Doorward <doorward@example.com>".to_owned()),
            _ => None,
        };
        let mut config = Config::load(None, env).unwrap();
        config.mail.as_mut().unwrap().patience = Duration::from_millis(800);
        let (url, clock) = (self.url.clone(), self.clock.clone());
        let state = AppState::new(self.same_database().await, config, clock.clone(), Cost::TEST);
        TestApp { router: router(state.clone()), state, clock, url, folder: None }
    }

    /// Sends what is due, and returns when that is over.
    pub async fn send_mails(&self) {
        let mailer = self.state.config.mail.as_ref().expect("an app with mail");
        sender::look(&self.state, mailer, &Arc::new(Semaphore::new(sender::AT_ONCE))).await.unwrap();
        self.state.settled().await;
    }

    /// Everything that stands in the database, as text.
    pub async fn dump(&self) -> String {
        match self.same_database().await {
            Db::Postgres(pool) => {
                let all = "select cast(database_to_xml(true, true, '') as text)";
                sqlx::query_scalar(all).fetch_one(&pool).await.unwrap()
            }
            Db::Sqlite(..) => {
                let file = self.url.trim_start_matches("sqlite://");
                let read = |name: String| std::fs::read(name).unwrap_or_default();
                let bytes = [read(file.to_owned()), read(format!("{file}-wal"))].concat();
                String::from_utf8_lossy(&bytes).into_owned()
            }
        }
    }

    /// A browser that nobody has signed in with.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    pub async fn signed_in(&self, username: &str, password: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(username, password).await;
        assert_eq!(answer.status, 303, "{username} could not sign in: {}", answer.text);
        browser
    }

    pub async fn admin(&self) -> Browser {
        self.signed_in("admin", ADMIN_PASSWORD).await
    }

    /// The administrator in a new browser, whatever other session there is.
    pub async fn admin_anew(&self) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in("admin", ADMIN_PASSWORD).await;
        if answer.status == 409 {
            let ticket = answer.text.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap();
            browser.form("/sign-in", &[("ticket", ticket)]).await.expect(303);
        }
        browser
    }

    /// A pool of its own on the same database, as another process has it.
    pub async fn same_database(&self) -> Db {
        connect(&self.url).await.unwrap()
    }

    /// The database, for arranging and looking behind the scenes.
    pub fn system(&self) -> System {
        Call::system(&self.state, Reason::CommandLine)
    }
}

/// PostgreSQL is given the same statements.
impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.as_ref().filter(|_| !std::thread::panicking()) {
            assert_eq!(leaks::secrets_in(folder.path()), Vec::<String>::new(), "secrets in the database");
        }
    }
}
