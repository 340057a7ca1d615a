//! What becomes of keys when the password of their owner is replaced.

use super::{made, path, program, text};
use crate::access::{Level, Role, Screen};
use crate::db::scalar;
use crate::testing::{Given, PASSWORD, TestApp, UserSpec, both, levels};
use serde_json::json;

both! {
    async fn key_of_an_owner_whose_password_was_reset_is_revoked_and_stays_so(app: TestApp) {
        let grants = || vec![Given::own(levels([(Screen::Rooms, Level::Read)]))];
        for (username, by_function) in [("nora", false), ("nils", true)] {
            let person = app.user(UserSpec { username, role: Role::Owner, grants: grants(), ..UserSpec::default() }).await;
            let mut owner = app.browser_of(&person).await;
            let keys = [made(&mut owner, json!({ "name": "Deploy" })).await, made(&mut owner, json!({ "name": "Backup" })).await];
            let mut admin = app.admin_anew().await;
            let follows = admin.call("users.consequences", &json!({ "id": person.id })).await.expect(200).json();
            assert_eq!(follows["keys"], json!(["Backup", "Deploy"]), "the question names them");
            let reset = match by_function {
                true => admin.call("users.reset_password", &json!({ "id": person.id, "password": { "mode": "auto" } })).await,
                false => admin.act(&format!("/api/v1/users/{}/reset-password", person.id)).await,
            };
            let reset = reset.expect(200).json();
            let temporary = text(if by_function { &reset["user"] } else { &reset }, "temporary_password");
            let mut owner = app.signed_in(username, temporary).await;
            let change = json!({ "change": { "current": temporary, "new": PASSWORD, "again": PASSWORD, "name": "", "email": "" } });
            owner.call("me.change_password", &change).await.expect(200);
            app.state.identities.heard();
            for key in &keys {
                program(&app, key).get("/api/v1/rooms").await.expect(401);
            }
            assert_eq!(owner.get("/api/v1/api-keys").await.expect(200).json()["count"], 0);
            let log = admin.get("/api/v1/audit-events?action=users.reset_password&limit=1").await.expect(200).json();
            assert_eq!(log["items"][0]["before"]["api_keys"], json!(["Backup", "Deploy"]));
        }
    }

    async fn own_change_of_password_revokes_the_keys_where_that_is_ticked_and_only_there(app: TestApp) {
        let grants = vec![Given::own(levels([(Screen::Rooms, Level::Read)]))];
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, grants, ..UserSpec::default() }).await;
        let mut owner = app.browser_of(&nora).await;
        let second = "copper violin meadow 38 tea";
        for (by_form, revoke, status) in [(false, false, 200), (true, false, 200), (false, true, 401), (true, true, 401)] {
            let mut script = program(&app, &made(&mut owner, json!({ "name": "X" })).await);
            let (current, new) = if by_form { (second, PASSWORD) } else { (PASSWORD, second) };
            if by_form {
                let mut fields = vec![("current", current), ("new", new), ("again", new)];
                fields.extend(revoke.then_some(("revoke_api_keys", "true")));
                owner.form("/me", &fields).await.expect(303);
            } else {
                let change = json!({ "current": current, "new": new, "again": new, "name": "", "email": "", "revoke_api_keys": revoke });
                owner.call("me.change_password", &json!({ "change": change })).await.expect(200);
            }
            app.state.identities.heard();
            script.get("/api/v1/rooms").await.expect(status);
        }
        assert_eq!(owner.get("/api/v1/api-keys").await.expect(200).json()["count"], 0);
    }

    async fn key_that_is_made_while_its_owner_is_reset_does_not_live_on(app: TestApp) {
        let admin = app.admin().await;
        for round in 0..6 {
            let username = format!("nora{round}");
            let nora = app.user(UserSpec { username: &username, role: Role::Owner, ..UserSpec::default() }).await;
            let hers = app.browser_of(&nora).await;
            let path = format!("/api/v1/users/{}/reset-password", nora.id);
            let making = (0..7).map(|n| {
                let (mut browser, body) = (hers.clone(), json!({ "name": format!("Key {n}") }));
                async move { browser.post("/api/v1/api-keys", &body).await.status }
            });
            let (reset, _) = tokio::join!(async { admin.clone().act(&path).await }, futures::future::join_all(making));
            reset.expect(200);
            let mut held = app.system().read().await.unwrap();
            assert_eq!(scalar!(held.conn(), i64, "select count(*) from api_keys").unwrap(), 0, "round {round}");
        }
    }

    async fn key_of_an_owner_whose_password_was_reset_waits_for_the_new_one_where_it_is_kept(app: TestApp) {
        let grants = vec![Given::own(levels([(Screen::Rooms, Level::Read)]))];
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, grants, ..UserSpec::default() }).await;
        let key = made(&mut app.browser_of(&nora).await, json!({ "name": "X" })).await;
        let (mut admin, mut script) = (app.admin().await, program(&app, &key));
        app.state.identities.heard();
        script.get("/api/v1/rooms").await.expect(200);
        let keep = json!({ "keep_api_keys": true });
        let reset = admin.post(&format!("/api/v1/users/{}/reset-password", nora.id), &keep).await.expect(200).json();
        script.get("/api/v1/rooms").await.expect(401);
        let temporary = text(&reset, "temporary_password");
        let mut nora = app.signed_in("nora", temporary).await;
        for path in ["/api/v1/api-keys", &path(&key)] {
            assert_eq!(nora.get(path).await.expect(403).json()["code"], "password_change_required");
        }
        let refused = nora.post("/api/v1/api-keys", &json!({ "name": "Another" })).await.expect(403).json();
        assert_eq!(refused["code"], "password_change_required");
        nora.delete(&path(&key)).await.expect(403);
        let change = json!({ "change": { "current": temporary, "new": PASSWORD, "again": PASSWORD, "name": "", "email": "" } });
        nora.call("me.change_password", &change).await.expect(200);
        app.state.identities.heard();
        script.get("/api/v1/rooms").await.expect(200);
    }
}
