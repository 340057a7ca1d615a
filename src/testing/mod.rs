//! The whole application under test: both engines, a clock that stands still, and browsers that speak HTTP to it.

mod architecture;
mod browser;
mod checklist;
mod clients;
mod described;
mod engines;
mod fixtures;

pub use architecture::all as sources;
pub use browser::{Answer, Browser};
pub use clients::Client;
pub use fixtures::{Given, PASSWORD, UserSpec, levels};

use crate::app::router::router;
use crate::db::{Db, connect};
use crate::features::first_start;
use crate::server::clock::SetClock;
use crate::server::config::Config;
use crate::server::password::Cost;
use crate::server::{AppState, Call, Reason, System};
use axum::Router;
use std::sync::Arc;

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
    _folder: Option<tempfile::TempDir>,
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
        TestApp { router: router(state.clone()), state, clock, url, _folder: folder }
    }

    async fn after_first_start(self) -> TestApp {
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

    /// A pool of its own on the same database, as another process has it.
    pub async fn same_database(&self) -> Db {
        connect(&self.url).await.unwrap()
    }

    /// The database, for arranging and looking behind the scenes.
    pub fn system(&self) -> System {
        Call::system(&self.state, Reason::CommandLine)
    }
}
