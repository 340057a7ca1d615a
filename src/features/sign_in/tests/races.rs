use super::between;
use crate::app::router::router;
use crate::db::exec;
use crate::server::AppState;
use crate::server::password::{Cost, Hasher};
use crate::testing::{ADMIN_PASSWORD, Browser, PASSWORD, TestApp, UserSpec, both};
use futures::future::join_all;
use std::sync::{Mutex, mpsc};
use tokio::sync::mpsc::unbounded_channel;

/// Another node on the same database, with a password queue of its own.
async fn node(app: &TestApp, hasher: Hasher) -> AppState {
    AppState::with_hasher(app.same_database().await, app.state.config.clone(), app.clock.clone(), hasher)
}

async fn set_hash(app: &TestApp, account_id: &str, hash: &str) {
    let mut write = app.system().write().await.unwrap();
    exec!(write.conn(), "update accounts set password_hash = $2 where id = $1", account_id, hash).unwrap();
    write.commit_unlogged().await.unwrap();
}

/// How many of these browsers are signed in.
async fn live(browsers: impl IntoIterator<Item = Browser>) -> usize {
    let mut live = 0;
    for mut browser in browsers {
        live += usize::from(browser.get("/fn/me.view").await.status == 200);
    }
    live
}

fn count(statuses: &[u16], wanted: u16) -> usize {
    statuses.iter().filter(|status| **status == wanted).count()
}

async fn ticket(app: &TestApp) -> String {
    let asked = app.browser().sign_in("admin", ADMIN_PASSWORD).await.expect(409);
    between(&asked.text, "name=\"ticket\" value=\"", "\"").to_owned()
}

both! {
    async fn password_replaced_while_it_was_compared_opens_nothing(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let old = Hasher::new(Cost { memory_kib: 16, ..Cost::TEST }, 1, 1).hash(PASSWORD.to_owned()).await.unwrap();
        let new = app.state.hasher.hash("one of her own choice".to_owned()).await.unwrap();
        // The stored hash is at another cost, so that a right password is hashed anew: there it is held up.
        let (at_hash, mut reached) = unbounded_channel();
        let (go, gate) = mpsc::channel::<()>();
        let gate = Mutex::new(gate);
        let held_up = Hasher::with_entropy(Cost::TEST, 1, 1, move |_: &mut [u8]| {
            at_hash.send(()).unwrap();
            gate.lock().unwrap().recv().unwrap();
        });
        let router = router(node(&app, held_up).await);
        for with_other_session in [false, true] {
            if with_other_session {
                set_hash(&app, &nora.account_id, old.expose()).await;
                app.signed_in("nora", PASSWORD).await;
            }
            set_hash(&app, &nora.account_id, old.expose()).await;
            let mut browser = Browser::new(router.clone());
            let replace = async {
                reached.recv().await.unwrap();
                set_hash(&app, &nora.account_id, new.expose()).await;
                go.send(()).unwrap();
            };
            let (answer, ()) = tokio::join!(browser.sign_in("nora", PASSWORD), replace);
            let answer = answer.expect(401);
            assert!(browser.cookies.is_empty() && !answer.text.contains("name=\"ticket\""), "{}", answer.text);
        }
    }

    async fn busy_sign_in_costs_no_try(app: TestApp) {
        let (go, gate) = mpsc::channel::<()>();
        let gate = Mutex::new(gate);
        let state = node(&app, Hasher::with_entropy(Cost::TEST, 1, 0, move |_: &mut [u8]| gate.lock().unwrap().recv().unwrap())).await;
        let mut browser = Browser::new(router(state.clone()));
        let busy = state.clone();
        let busy = tokio::spawn(async move { busy.hasher.hash("keeps the only place".to_owned()).await });
        while state.hasher.calls() == 0 {
            tokio::task::yield_now().await;
        }
        for _ in 0..20 {
            assert_eq!(browser.sign_in("admin", ADMIN_PASSWORD).await.expect(503).header("retry-after"), "2");
        }
        go.send(()).unwrap();
        busy.await.unwrap().unwrap();
        browser.sign_in("admin", ADMIN_PASSWORD).await.expect(303);
    }

    async fn twenty_sign_ins_at_once_leave_one_session(app: TestApp) {
        let app = app.behind_proxy().await;
        let tries = (0..20).map(|n| {
            // Each from an address of its own, or the throttle would end the race before it begins.
            let mut browser = app.browser_at(&format!("198.51.100.{n}"));
            async move { (browser.sign_in("admin", ADMIN_PASSWORD).await.status, browser) }
        });
        let (statuses, browsers): (Vec<u16>, Vec<Browser>) = join_all(tries).await.into_iter().unzip();
        assert_eq!((count(&statuses, 303), count(&statuses, 409)), (1, 19), "{statuses:?}");
        assert_eq!(live(browsers).await, 1);
    }

    async fn two_tickets_at_once_leave_one_session(app: TestApp) {
        let first = app.admin().await;
        let tickets = [ticket(&app).await, ticket(&app).await];
        let tries = tickets.into_iter().map(|ticket| {
            let mut browser = app.browser();
            async move { (browser.form("/sign-in", &[("ticket", &ticket)]).await.status, browser) }
        });
        let (statuses, mut browsers): (Vec<u16>, Vec<Browser>) = join_all(tries).await.into_iter().unzip();
        assert_eq!(statuses, [303, 303]);
        browsers.push(first);
        assert_eq!(live(browsers).await, 1);
    }

    async fn one_ticket_sent_ten_times_at_once_opens_one_session(app: TestApp) {
        let _first = app.admin().await;
        let ticket = ticket(&app).await;
        let tries = (0..10).map(|_| {
            let (mut browser, ticket) = (app.browser(), ticket.clone());
            async move { (browser.form("/sign-in", &[("ticket", &ticket)]).await.status, browser) }
        });
        let (statuses, browsers): (Vec<u16>, Vec<Browser>) = join_all(tries).await.into_iter().unzip();
        assert_eq!((count(&statuses, 303), count(&statuses, 401)), (1, 9), "{statuses:?}");
        assert_eq!(live(browsers).await, 1);
    }
}
