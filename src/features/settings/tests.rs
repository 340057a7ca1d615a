use crate::access::{Level, Role, Screen};
use crate::features::companies::model::CompanyKind;
use crate::testing::{Given, Manner, Smtp, TestApp, UserSpec, both, levels};
use serde_json::{Value, json};

const SETTINGS: &str = "/api/v1/settings";

fn may(level: Level) -> Vec<Given> {
    vec![Given::own(levels([(Screen::Settings, level)]))]
}

both! {
    async fn second_editor_of_the_settings_is_told_what_the_first_changed(app: TestApp) {
        let mut admin = app.admin().await;
        let first = admin.get(SETTINGS).await.expect(200);
        let (tag, body) = (first.header("etag").to_owned(), first.json());
        assert_eq!((&body["name"], &body["inactivity_minutes"], &body["mail"]), (&json!("Harbour House"), &json!(30), &Value::Null));
        admin.send(http::Method::PATCH, SETTINGS, "application/json", json!({ "name": "x" }).to_string()).await.expect(428);
        let changed = admin.patch(SETTINGS, &tag, &json!({ "name": " Harbour Ltd " })).await.expect(200);
        assert_eq!(changed.json()["name"], "Harbour Ltd");
        let stale = admin.patch(SETTINGS, &tag, &json!({ "inactivity_minutes": 5 })).await.expect(412).json();
        assert!(stale["detail"].as_str().unwrap().contains("Harbour Ltd"), "{stale}");
        let after = admin.patch(SETTINGS, changed.header("etag"), &json!({ "inactivity_minutes": 5 })).await.expect(200);
        assert_eq!((&after.json()["name"], &after.json()["inactivity_minutes"]), (&json!("Harbour Ltd"), &json!(5)));
        assert_ne!(after.header("etag"), changed.header("etag"));
        let same = admin.patch(SETTINGS, "*", &json!({ "inactivity_minutes": 5 })).await.expect(200);
        assert_eq!(same.header("etag"), after.header("etag"), "nothing changed");
        let log = admin.get("/api/v1/audit-events?action=settings.edit").await.expect(200).json();
        assert_eq!(log["items"][0]["after"], json!({ "name": "Harbour Ltd", "minutes": 30 }));
        assert!(admin.get("/settings").await.expect(200).text.contains("Harbour Ltd"));
    }

    async fn limit_that_is_chosen_among_sessions_has_the_version_of_the_settings(app: TestApp) {
        let mut admin = app.admin().await;
        let shown = admin.call("sessions.idle_limit", &json!({})).await.expect(200).json();
        let choose = |minutes: i64| json!({ "minutes": minutes, "version": shown["version"] });
        admin.call("sessions.set_idle_limit", &choose(5)).await.expect(200);
        let stale = admin.call("sessions.set_idle_limit", &choose(60)).await.expect(412).json();
        assert!(stale["message"].as_str().unwrap().contains("now “5 minutes”"), "{stale}");
        assert_eq!(admin.get(SETTINGS).await.json()["inactivity_minutes"], 5);
    }

    async fn wrong_settings_are_refused_at_their_field(app: TestApp) {
        let mut admin = app.admin().await;
        for (body, field) in [
            (json!({ "name": " " }), "name"),
            (json!({ "name": "x".repeat(101) }), "name"),
            (json!({ "name": "a\nb" }), "name"),
            (json!({ "inactivity_minutes": 7 }), "inactivity_minutes"),
            (json!({ "mail": null }), "mail"),
            (json!({ "version": 2 }), "version"),
        ] {
            let refused = admin.patch(SETTINGS, "*", &body).await.expect(422).json();
            assert_eq!(refused["errors"][0]["field"], field, "{body}");
        }
    }

    async fn only_a_common_manager_of_the_root_company_changes_settings_and_sends_test_mail(app: TestApp) {
        let smtp = Smtp::start().await;
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let app = app.with_mail(&smtp).await;
        let spec = |username, role, company, level| UserSpec { username, role, company, grants: may(level), ..UserSpec::default() };
        for spec in [
            spec("manager", Role::CommonManager, Some(north.as_str()), Level::Full),
            spec("engineer", Role::OperationsEngineer, None, Level::Full),
            spec("reader", Role::CommonManager, None, Level::Read),
        ] {
            let (who, reads) = (spec.username, spec.username == "reader");
            let mut browser = app.signed_in_as(spec).await;
            browser.get(SETTINGS).await.expect(200);
            browser.patch(SETTINGS, "*", &json!({ "name": "Mine" })).await.expect(403);
            browser.post(&format!("{SETTINGS}/test-mail"), &json!({ "to": "a@example.com" })).await.expect(403);
            let page = browser.get("/settings").await.expect(200).text;
            let why = if reads { "You need the Settings screen at Full." } else { "Common Manager of the root company" };
            assert!(page.contains(why), "{who}");
        }
        let mut boss = app.signed_in_as(spec("boss", Role::CommonManager, None, Level::Full)).await;
        boss.patch(SETTINGS, "*", &json!({ "name": "Ours" })).await.expect(200);
        boss.post(&format!("{SETTINGS}/test-mail"), &json!({ "to": "a@example.com" })).await.expect(200);
        assert_eq!(smtp.mails().len(), 1);
    }

    async fn test_mail_gives_the_server_s_own_answer_and_is_limited(app: TestApp) {
        let path = format!("{SETTINGS}/test-mail");
        let to = json!({ "to": "boss@example.com" });
        let mut admin = app.admin().await;
        assert_eq!(admin.post(&path, &to).await.expect(409).json()["code"], "no_mail_server");
        assert!(admin.get("/settings").await.expect(200).text.contains("No mail server is configured"));
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin_anew().await;
        assert_eq!(admin.post(&path, &to).await.expect(200).json(), json!({ "to": "boss@example.com", "answer": "250 queued" }));
        assert!(smtp.last().text.contains("Subject: Test mail from Doorward"));
        let page = admin.get("/settings").await.expect(200).text;
        assert!(page.contains("127.0.0.1:") && !page.contains(crate::testing::SMTP_PASSWORD));
        smtp.is(Manner::RefuseTo("550 5.7.1 relay\tdenied".to_owned()));
        let refused = admin.post(&path, &to).await.expect(409).json();
        assert_eq!((&refused["code"], &refused["detail"]), (&json!("mail_not_taken"), &json!("The mail server didn't accept the mail: 550 5.7.1 relay denied")));
        smtp.is(Manner::Hang);
        assert!(admin.post(&path, &to).await.expect(409).text.contains("did not answer in time"));
        for wrong in ["", "boss", "a@example.com\r\nRCPT TO:<b@example.com>", "a@example.com, b@example.com"] {
            assert_eq!(admin.post(&path, &json!({ "to": wrong })).await.expect(422).json()["errors"][0]["field"], "to");
        }
        smtp.is(Manner::Take);
        for _ in 3..10 {
            admin.post(&path, &to).await.expect(200);
        }
        assert!(!admin.post(&path, &to).await.expect(429).header("retry-after").is_empty());
        let log = admin.get("/api/v1/audit-events?action=settings.test_mail").await.expect(200).json();
        assert_eq!(log["count"], 10);
    }

    async fn mail_to_people_out_of_reach_is_missing_and_above_ones_rank_untouched(app: TestApp) {
        let (north, south) = (app.company(None, CompanyKind::Distributor, "North").await, app.company(None, CompanyKind::Distributor, "South").await);
        let spec = |username, role, company| UserSpec { username, role, company, ..UserSpec::default() };
        let below = app.user(spec("below", Role::Owner, Some(north.as_str()))).await;
        let beside = app.user(spec("beside", Role::Owner, Some(south.as_str()))).await;
        let above = app.user(spec("above", Role::CommonManager, Some(north.as_str()))).await;
        let (below, beside, above) = (app.waiting_mail(&below).await, app.waiting_mail(&beside).await, app.waiting_mail(&above).await);
        let mut engineer = app.signed_in_as(UserSpec { grants: may(Level::Full), ..spec("engineer", Role::OperationsEngineer, Some(north.as_str())) }).await;
        let list = engineer.get(&format!("{SETTINGS}/mails")).await.expect(200);
        assert!(list.json()["count"] == 2 && !list.text.contains("beside"), "{}", list.text);
        let path = |id: &str| format!("{SETTINGS}/mails/{id}");
        engineer.delete(&path(&beside)).await.expect(404);
        engineer.act(&format!("{}/retry", path(&beside))).await.expect(404);
        engineer.delete(&path(&above)).await.expect(403);
        engineer.act(&format!("{}/retry", path(&above))).await.expect(403);
        engineer.delete(&path(&below)).await.expect(204);
        assert_eq!(app.admin().await.get(&format!("{SETTINGS}/mails")).await.json()["count"], 2);
    }
}
