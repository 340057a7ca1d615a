use super::ops::reset_from_command_line;
use crate::testing::{ADMIN_PASSWORD, TestApp, both};

const HOUR: i64 = 3_600_000;

both! {
    async fn reset_from_the_command_line_ends_sessions_and_gates_the_next(app: TestApp) {
        let mut admin = app.admin().await;
        let waiting = app.browser().sign_in("admin", ADMIN_PASSWORD).await.expect(409);
        let ticket = waiting.text.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let reset = reset_from_command_line(&app.state, " ADMIN ").await.unwrap();
        assert_eq!(reset.username, "admin");
        admin.get("/api/v1/users").await.expect(401);
        assert!(admin.get("/users").await.header("location").contains("password_reset"));
        app.browser().form("/sign-in", &[("ticket", &ticket)]).await.expect(401);
        app.browser().sign_in("admin", ADMIN_PASSWORD).await.expect(401);
        let mut admin = app.signed_in("admin", &reset.password).await;
        assert_eq!(admin.get("/api/v1/users").await.expect(403).json()["code"], "password_change_required");
    }

    async fn reset_from_the_command_line_revokes_the_api_keys(app: TestApp) {
        let mut admin = app.admin().await;
        let key = admin.post("/api/v1/api-keys", &serde_json::json!({ "name": "Deploy" })).await.expect(201).json();
        let mut script = app.bearer(key["secret"].as_str().unwrap());
        script.get("/api/v1/rooms").await.expect(200);
        let reset = reset_from_command_line(&app.state, "admin").await.unwrap();
        assert_eq!(reset.revoked_keys, 1);
        script.get("/api/v1/rooms").await.expect(401);
        let mut held = app.system().read().await.unwrap();
        assert_eq!(crate::db::scalar!(held.conn(), i64, "select count(*) from api_keys").unwrap(), 0);
    }

    async fn password_from_the_command_line_runs_out(app: TestApp) {
        let reset = reset_from_command_line(&app.state, "admin").await.unwrap();
        app.clock.advance(72 * HOUR);
        app.browser().sign_in("admin", &reset.password).await.expect(401);
        let again = reset_from_command_line(&app.state, "admin").await.unwrap();
        assert_ne!(again.password, reset.password);
        app.signed_in("admin", &again.password).await;
    }

    async fn unknown_name_is_one_clear_line(app: TestApp) {
        for name in ["nobody", "", "a b"] {
            let message = reset_from_command_line(&app.state, name).await.err().unwrap();
            assert!(message.contains("there is no account"), "{message}");
        }
    }
}
