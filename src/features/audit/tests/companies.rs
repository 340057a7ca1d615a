//! Of which company an event is: that of whom or what it was done to, else that of who did it. It decides who reads it.

use crate::access::{Level, Role, Screen};
use crate::db::{exec, row};
use crate::features::accounts::ops::reset_from_command_line;
use crate::features::companies::model::CompanyKind;
use crate::features::mail::sender;
use crate::server::usage_log;
use crate::testing::{Browser, Client, Given, PASSWORD, Smtp, TestApp, UserSpec, both, levels};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The newest event of an action is about such a target, and of the company of this name.
async fn is(app: &TestApp, action: &str, target: &str, company: &str) {
    const NEWEST: &str = "select e.target_kind, coalesce(c.name, '') from audit_events e
        left join companies c on c.id = e.company_id where e.action = $1 order by e.id desc limit 1";
    app.state.settled().await;
    let mut held = app.system().read().await.unwrap();
    let found = row!(held.conn(), (String, String), NEWEST, action).unwrap();
    assert_eq!(found, Some((target.to_owned(), company.to_owned())), "{action}");
    // Ids of one moment come in any order.
    app.clock.advance(1);
}

/// A distributor below the root, and another one.
async fn companies(app: &TestApp) -> (String, String) {
    let north = app.company(None, CompanyKind::Distributor, "North").await;
    (north, app.company(None, CompanyKind::Distributor, "South").await)
}

fn spec<'a>(username: &'a str, company: &'a str) -> UserSpec<'a> {
    let screens =
        [Screen::Users, Screen::Sessions, Screen::Integrations, Screen::Members, Screen::Profiles, Screen::Rooms];
    let own = levels(screens.map(|screen| (screen, Level::Full)));
    UserSpec { username, company: Some(company), grants: vec![Given::own(own)], ..UserSpec::default() }
}

async fn set_status_of(app: &TestApp, username: &str, status: &str) {
    const SET: &str = "update users set status = $2 where username_key = $1";
    let mut write = app.system().write().await.unwrap();
    exec!(write.conn(), SET, username, status).unwrap();
    write.commit_unlogged().await.unwrap();
}

async fn edits_own_name(browser: &mut Browser) {
    let version = browser.get("/fn/me.view").await.expect(200).json()["version"].clone();
    let own = json!({ "name": "A", "email": "a@example.com", "phone": "", "version": version });
    browser.call("me.edit", &own).await.expect(200);
}

both! {
    async fn event_about_a_user_is_of_their_company_and_after_a_move_of_the_new_one(app: TestApp) {
        let (north, south) = companies(&app).await;
        let (mut admin, nora) = (app.admin().await, app.user(spec("nora", &north)).await);
        let path = format!("/api/v1/users/{}", nora.id);
        app.clock.advance(1);
        admin.patch(&path, "*", &json!({ "description": "Works nights" })).await.expect(200);
        is(&app, "users.edit", "user", "North").await;
        admin.act(&format!("{path}/disable")).await.expect(200);
        is(&app, "users.disable", "user", "North").await;
        admin.act(&format!("{path}/enable")).await.expect(200);
        app.clock.advance(1);
        app.browser_of(&nora).await;
        is(&app, "session.begin", "session", "North").await;
        admin.act(&format!("{path}/close-session")).await.expect(204);
        is(&app, "sessions.close", "user", "North").await;
        admin.act(&format!("{path}/reset-password")).await.expect(200);
        is(&app, "users.reset_password", "user", "North").await;
        admin.patch(&path, "*", &json!({ "company_id": south })).await.expect(200);
        is(&app, "users.edit", "user", "South").await;
        admin.delete(&path).await.expect(204);
        is(&app, "users.delete", "user", "South").await;
        let new = json!({ "username": "new", "name": "New", "email": "n@example.com", "role": "owner", "company_id": north,
            "profiles": [app.administrator_profile().await], "places": "everything" });
        admin.post("/api/v1/users", &new).await.expect(201);
        is(&app, "users.create", "user", "North").await;
    }

    async fn event_about_an_account_is_of_its_company_where_the_event_is_written(app: TestApp) {
        let (north, _) = companies(&app).await;
        let nora = app.user(spec("nora", &north)).await;
        app.clock.advance(1);
        app.browser().sign_in("nora", "a wrong password of hers").await.expect(401);
        is(&app, "session.refused", "account", "North").await;
        app.browser().sign_in("nobody", "a wrong password").await.expect(401);
        is(&app, "session.refused", "username", "").await;
        let mut hers = app.browser_of(&nora).await;
        app.clock.advance(1);
        edits_own_name(&mut hers).await;
        is(&app, "me.edit", "account", "North").await;
        let new = "amber lantern quiet fjord";
        let change = json!({ "current": "wrong", "new": new, "again": new, "name": "", "email": "" });
        hers.call("me.change_password", &json!({ "change": change })).await.expect(422);
        is(&app, "password.refused", "account", "North").await;
        let mut second = app.browser();
        let asked = second.sign_in("nora", PASSWORD).await.expect(409).text;
        is(&app, "session.ask", "account", "").await;
        let ticket = asked.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        second.form("/sign-in", &[("ticket", ticket)]).await.expect(303);
        let ended = "select count(*) from audit_events e join companies c on c.id = e.company_id
            where e.action = 'session.end' and e.target_kind = 'session' and c.name = 'North'";
        assert_eq!(crate::db::scalar!(app.system().read().await.unwrap().conn(), i64, ended).unwrap(), 1);
        app.clock.advance(1);
        second.form("/sign-out", &[]).await;
        is(&app, "session.end", "session", "North").await;
        reset_from_command_line(&app.state, "nora").await.unwrap();
        is(&app, "password.reset", "account", "North").await;
    }

    async fn event_of_a_disabled_member_is_of_the_company_of_the_membership(app: TestApp) {
        let (north, _) = companies(&app).await;
        let mut hers = app.signed_in_as(spec("nora", &north)).await;
        set_status_of(&app, "nora", "disabled").await;
        app.clock.advance(1);
        edits_own_name(&mut hers).await;
        is(&app, "me.edit", "account", "North").await;
        hers.get("/api/v1/users").await.expect(403);
        is(&app, "access.refused", "screen", "North").await;
        hers.form("/sign-out", &[]).await;
        is(&app, "session.end", "session", "North").await;
        let elsewhere = app.organization("Elsewhere").await;
        let bert = app.user(UserSpec { organization: Some(&elsewhere), username: "bert", ..UserSpec::default() }).await;
        set_status_of(&app, "bert", "disabled").await;
        let mut his = app.browser_of(&bert).await;
        is(&app, "session.begin", "session", "").await;
        edits_own_name(&mut his).await;
        is(&app, "me.edit", "account", "").await;
    }

    async fn event_about_an_integration_is_of_its_makers_company(app: TestApp) {
        let (north, _) = companies(&app).await;
        let (mut admin, mut hers) = (app.admin().await, app.signed_in_as(spec("nora", &north)).await);
        app.clock.advance(1);
        let draft = hers.call("integrations.draft", &json!({})).await.expect(200).json();
        assert!(draft["id"].is_string());
        is(&app, "integrations.draft", "integration", "North").await;
        let client = Client::made(&mut hers, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        is(&app, "integrations.create", "integration", "North").await;
        let wrong = Client { secret: "dws_nonsense".to_owned(), ..client.clone() };
        wrong.ask_token(&app, "").await.expect(401);
        is(&app, "token.refused", "integration", "North").await;
        let token = client.token(&app).await;
        is(&app, "token.give", "session", "North").await;
        client.basic(&app).form("/oauth/revoke", &[("token", &token)]).await.expect(200);
        is(&app, "token.revoke", "session", "North").await;
        let mut robots = client.signed_in(&app).await;
        app.clock.advance(1);
        robots.get("/api/v1/lights").await.expect(403);
        is(&app, "access.refused", "screen", "North").await;
        let tokens = admin.get("/api/v1/sessions?kind=integration").await.expect(200).json();
        admin.delete(&format!("/api/v1/sessions/{}", tokens["items"][0]["id"].as_str().unwrap())).await.expect(204);
        is(&app, "sessions.close", "session", "North").await;
        let path = format!("/api/v1/integrations/{}", client.made["id"].as_str().unwrap());
        admin.patch(&path, "*", &json!({ "levels": { "rooms": "read" } })).await.expect(200);
        is(&app, "integrations.edit", "integration", "North").await;
        admin.post(&format!("{path}/secrets"), &json!({ "overlap_hours": 24 })).await.expect(201);
        is(&app, "integrations.rotate", "integration", "North").await;
        admin.act(&format!("{path}/disable")).await.expect(200);
        is(&app, "integrations.disable", "integration", "North").await;
        admin.delete(&path).await.expect(204);
        is(&app, "integrations.delete", "integration", "North").await;
        app.integration("Printed").await;
        is(&app, "integrations.create", "integration", "Harbour House").await;
    }

    async fn event_about_an_api_user_or_a_key_is_of_its_company_or_its_owners(app: TestApp) {
        let (north, _) = companies(&app).await;
        let (mut admin, mut hers) = (app.admin().await, app.signed_in_as(spec("nora", &north)).await);
        let may = [Given::own(levels([(Screen::Rooms, Level::Read)]))];
        let (id, token) = app.api_user("Robot", Role::Owner, Some(&north), &may).await;
        let mut robot = app.bearer(&token);
        app.clock.advance(1);
        robot.get("/api/v1/lights").await.expect(403);
        is(&app, "access.refused", "screen", "North").await;
        usage_log::flush(&app.state).await.unwrap();
        admin.delete(&format!("/api/v1/sessions/{id}")).await.expect(204);
        is(&app, "api_users.end_token", "api_user", "North").await;
        let path = format!("/api/v1/api-users/{id}");
        admin.patch(&path, "*", &json!({ "remark": "On the roof" })).await.expect(200);
        is(&app, "api_users.edit", "api_user", "North").await;
        admin.act(&format!("{path}/disable")).await.expect(200);
        is(&app, "api_users.disable", "api_user", "North").await;
        admin.delete(&path).await.expect(204);
        is(&app, "api_users.delete", "api_user", "North").await;
        for by_admin in [false, true] {
            let key = hers.post("/api/v1/api-keys", &json!({ "name": "Script" })).await.expect(201).json();
            is(&app, "api_keys.create", "api_key", "North").await;
            let id = key["id"].as_str().unwrap();
            app.bearer(key["secret"].as_str().unwrap()).get("/api/v1/settings").await.expect(403);
            is(&app, "access.refused", "screen", "North").await;
            usage_log::flush(&app.state).await.unwrap();
            let (browser, path) = if by_admin { (&mut admin, "sessions") } else { (&mut hers, "api-keys") };
            browser.delete(&format!("/api/v1/{path}/{id}")).await.expect(204);
            is(&app, "api_keys.revoke", "api_key", "North").await;
        }
    }

    async fn refusal_is_of_the_company_of_its_object_else_of_who_was_refused(app: TestApp) {
        let (north, south) = companies(&app).await;
        let (high, robots) = (app.user(spec("high", &north)).await, app.integration("Robots").await);
        let high_session = { app.browser_of(&high).await; app.session_of(&high).await };
        let (robot, _) = app.api_user("Robot", Role::CommonManager, Some(&south), &[]).await;
        for (n, (path, kind, company)) in [
            (format!("/api/v1/users/{}/disable", high.id), "user", "North"),
            (format!("/api/v1/integrations/{robots}/disable"), "integration", "Harbour House"),
            (format!("/api/v1/api-users/{robot}/disable"), "api_user", "South"),
            (format!("/api/v1/sessions/{high_session}"), "session", "North"),
        ].into_iter().enumerate() {
            // Each by somebody else, so that none is counted with the one before.
            let username = format!("low{n}");
            let low = UserSpec { company: None, role: Role::OperationsEngineer, ..spec(&username, &north) };
            let mut lower = app.signed_in_as(low).await;
            app.clock.advance(1);
            let answer = if kind == "session" { lower.delete(&path).await } else { lower.act(&path).await };
            assert_eq!(answer.status, 403, "{path}: {}", answer.text);
            is(&app, "access.refused", kind, company).await;
        }
        let mut northern = app.signed_in_as(spec("nora", &north)).await;
        app.clock.advance(1);
        northern.get(&format!("/api/v1/audit-events?target_id={robot}")).await.expect(403);
        is(&app, "access.refused", "screen", "North").await;
        let strong = app.profile("Strong", levels([(Screen::Settings, Level::Full)])).await;
        let gift = json!({ "profiles": [strong], "places": "everything" });
        northern.patch(&format!("/api/v1/users/{}", high.id), "*", &gift).await.expect(422);
        is(&app, "gift.refused", "user", "North").await;
        northern.headers = vec![("sec-fetch-site", "cross-site".to_owned()), ("origin", "https://evil.example".to_owned())];
        northern.post("/api/v1/profiles", &json!({ "name": "X", "levels": { "rooms": "read" } })).await.expect(403);
        is(&app, "cross_site.refused", "session", "North").await;
    }

    async fn event_about_nobody_is_of_the_company_of_who_did_it(app: TestApp) {
        let (north, _) = companies(&app).await;
        let (mut admin, mut hers) = (app.admin().await, app.signed_in_as(spec("nora", &north)).await);
        app.clock.advance(1);
        for (browser, company) in [(&mut hers, "North"), (&mut admin, "Harbour House")] {
            let name = format!("Of {company}");
            browser.post("/api/v1/profiles", &json!({ "name": name, "levels": { "rooms": "read" } })).await.expect(201);
            is(&app, "profiles.create", "profile", company).await;
            browser.post("/api/v1/teams", &json!({ "name": name })).await.expect(201);
            is(&app, "teams.create", "team", company).await;
        }
    }

    async fn event_about_a_mail_is_of_the_company_of_whom_it_is_for(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let (north, _) = companies(&app).await;
        let mut admin = app.admin().await;
        let new = json!({ "username": "nora", "name": "Nora", "email": "nora@example.com", "role": "owner", "company_id": north,
            "profiles": [app.administrator_profile().await], "places": "everything" });
        admin.post("/api/v1/users", &new).await.expect(201);
        app.clock.advance(1);
        app.send_mails().await;
        is(&app, "mail.sent", "user", "North").await;
        let ben = app.user(spec("ben", &north)).await;
        let mail = app.waiting_mail(&ben).await;
        app.clock.advance(1);
        admin.delete(&format!("/api/v1/settings/mails/{mail}")).await.expect(204);
        is(&app, "mail.remove", "user", "North").await;
        for (status, company) in [("active", "North"), ("disabled", "North"), ("gone", "")] {
            let _ = app.waiting_mail(&ben).await;
            match status {
                "gone" => {
                    admin.act(&format!("/api/v1/users/{}/enable", ben.id)).await.expect(200);
                    admin.delete(&format!("/api/v1/users/{}", ben.id)).await.expect(204);
                }
                _ => set_status_of(&app, "ben", status).await,
            }
            app.clock.advance(1);
            let mailer = app.state.config.mail.as_ref().unwrap();
            sender::look(&app.state, mailer, &Arc::new(Semaphore::new(0))).await.unwrap();
            is(&app, "mail.dropped", "user", company).await;
        }
    }
}
