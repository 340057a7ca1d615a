use crate::testing::{ADMIN_PASSWORD, Browser, PASSWORD, TestApp, UserSpec, both};
use serde_json::{Value, json};

const OWN: &str = "seven quiet copper kettles";

fn change(current: &str, email: &str) -> Value {
    json!({ "change": { "current": current, "new": OWN, "again": OWN, "name": "", "email": email } })
}

impl TestApp {
    /// Nora at her first sign-in, and the password that she was given.
    async fn nora_at_first(&self) -> (Browser, String) {
        let nora = self.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let path = format!("/api/v1/users/{}/reset-password", nora.id);
        let given = self.admin().await.act(&path).await.expect(200).json();
        let given = given["temporary_password"].as_str().unwrap().to_owned();
        (self.signed_in("nora", &given).await, given)
    }
}

both! {
    async fn password_change_logs_a_new_email(app: TestApp) {
        let (mut nora, given) = app.nora_at_first().await;
        nora.call("me.change_password", &change(&given, "nora@own.example")).await.expect(200);
        app.clock.advance(24 * 3_600_000);
        let events = app.admin().await.get("/api/v1/audit-events?action=password.change").await.expect(200).json();
        let event = &events["items"][0];
        assert_eq!(event["before"], json!({ "name": "nora", "email": "nora@example.com" }));
        assert_eq!(event["after"], json!({ "name": "nora", "email": "nora@own.example" }));
    }

    async fn password_change_takes_no_email_along_once_the_password_is_ones_own(app: TestApp) {
        let mut nora = app.signed_in_as(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let refused = nora.call("me.change_password", &change(PASSWORD, "x@evil.example")).await.expect(422).json();
        assert_eq!((&refused["fields"][0]["field"], &refused["fields"][0]["code"]), (&json!("email"), &json!("not_allowed")));
        assert_eq!(nora.get("/fn/me.view").await.json()["email"], "nora@example.com");
        nora.call("me.change_password", &change(PASSWORD, "")).await.expect(200);
    }

    async fn email_that_was_changed_since_it_was_shown_is_not_overwritten(app: TestApp) {
        let (mut nora, given) = app.nora_at_first().await;
        let mut wanted = change(&given, "nora@own.example");
        wanted["change"]["version"] = json!(0);
        assert_eq!(nora.call("me.change_password", &wanted).await.expect(412).json()["code"], "stale");
        wanted["change"]["version"] = nora.get("/fn/me.view").await.json()["version"].clone();
        nora.call("me.change_password", &wanted).await.expect(200);
    }

    async fn first_password_of_ones_own_is_set_by_a_plain_form_too(app: TestApp) {
        let (mut nora, given) = app.nora_at_first().await;
        let form = |current, new| [("name", "Nora N"), ("email", "nora@own.example"), ("current", current), ("new", new), ("again", OWN)];
        let wrong = nora.form("/me", &form("not what was given", OWN)).await.expect(422);
        assert!(wrong.header("content-type").starts_with("text/html"), "{}", wrong.text);
        assert!(wrong.text.contains("This isn't your current password.") && wrong.text.contains("nora@own.example"), "{}", wrong.text);
        assert!(!wrong.text.contains(OWN) && !wrong.text.contains("not what was given"), "passwords are typed again");
        assert_eq!(nora.get("/rooms").await.header("location"), "/me");
        let differ = nora.form("/me", &form(&given, "another quiet copper kettle")).await.expect(422);
        assert!(differ.text.contains("The passwords don't match."), "{}", differ.text);
        let old = nora.clone();
        assert_eq!(nora.form("/me", &form(&given, OWN)).await.expect(303).header("location"), "/");
        assert_ne!(old.cookies["doorward"], nora.cookies["doorward"]);
        assert_eq!(nora.get("/fn/me.view").await.expect(200).json()["name"], "Nora N");
        let mut stranger = app.browser();
        assert!(stranger.form("/me", &form(&given, OWN)).await.expect(303).header("location").starts_with("/sign-in"));
        nora.with("sec-fetch-site", "cross-site").form("/me", &form(OWN, "one more quiet kettle")).await.expect(403);
    }

    async fn founder_reset_from_the_command_line_is_no_administrator(app: TestApp) {
        let profile = app.administrator_profile().await;
        let everything = || vec![crate::testing::Given::profile(&profile)];
        let boss = app.user(UserSpec { username: "boss", grants: everything(), ..UserSpec::default() }).await;
        app.browser_of(&boss).await;
        let full = vec![crate::testing::Given::own(crate::access::Levels::FULL)];
        let mut helper = app.signed_in_as(UserSpec { username: "helper", grants: full, ..UserSpec::default() }).await;
        let path = format!("/api/v1/users/{}", boss.id);
        helper.act(&format!("{path}/disable")).await.expect(200);
        helper.act(&format!("{path}/enable")).await.expect(200);
        crate::features::accounts::ops::reset_from_command_line(&app.state, "admin").await.unwrap();
        app.browser().sign_in("admin", ADMIN_PASSWORD).await.expect(401);
        assert_eq!(helper.act(&format!("{path}/disable")).await.expect(409).json()["code"], "last_administrator");
    }
}
