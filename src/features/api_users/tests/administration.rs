//! Who makes and changes API users, and what they may give them.

use super::{API_USERS, made, path, robot, text};
use crate::access::{Level, Role, Screen};
use crate::db::rows;
use crate::features::companies::model::CompanyKind;
use crate::testing::{Browser, Given, TestApp, UserSpec, both, levels};
use serde_json::{Value, json};

fn complaint(answer: &Value) -> (&str, &str) {
    (text(&answer["errors"][0], "field"), text(&answer["errors"][0], "code"))
}

/// Writes teams and API users, and reads rooms.
async fn manager(app: &TestApp, username: &str, company: Option<&str>) -> Browser {
    let grants = vec![Given::own(levels([(Screen::Members, Level::Full), (Screen::Rooms, Level::Read)]))];
    app.signed_in_as(UserSpec { username, role: Role::OperationsEngineer, company, grants, ..UserSpec::default() })
        .await
}

both! {
    async fn what_is_wrong_with_an_api_user_is_told_at_its_field_and_makes_nothing(app: TestApp) {
        let mut admin = app.admin().await;
        for (body, field, code) in [
            (json!({ "name": "" }), "name", "required"),
            (json!({ "name": "n".repeat(101) }), "name", "too_long"),
            (json!({ "name": "X", "remark": "a\u{7}" }), "remark", "malformed"),
            (json!({ "name": "X", "role": "king" }), "role", "not_allowed"),
            (json!({ "name": "X", "teams": ["x"] }), "teams", "unknown"),
            (json!({ "name": "X", "expires_at": "tomorrow" }), "expires_at", "malformed"),
            (json!({ "name": "X", "expires_at": "2026-11-22T08:00:00Z" }), "expires_at", "not_allowed"),
            (json!({ "name": "X", "rights": { "profiles": ["x"] } }), "rights.profiles", "unknown"),
            (json!({ "name": "X", "company_id": "x" }), "company_id", "unknown"),
            (json!({ "name": "X", "token_hash": "x" }), "token_hash", "unknown"),
        ] {
            let answer = admin.post(API_USERS, &body).await.expect(422).json();
            assert_eq!(complaint(&answer), (field, code), "{body}");
        }
        assert_eq!(admin.get(API_USERS).await.json()["count"], 0);
    }

    async fn nobody_gives_an_api_user_more_than_they_have(app: TestApp) {
        let mut mona = manager(&app, "mona", None).await;
        let more = json!({ "name": "X", "rights": { "levels": { "rooms": "full" }, "places": "everything" } });
        assert_eq!(complaint(&mona.post(API_USERS, &more).await.expect(422).json()), ("rights.levels", "not_allowed"));
        let higher = json!({ "name": "X", "role": "common_manager" });
        assert_eq!(complaint(&mona.post(API_USERS, &higher).await.expect(422).json()), ("role", "not_allowed"));
        let own = robot(&mut mona, json!({ "rooms": "read" })).await;
        assert_eq!(own["role"], "operations_engineer", "its maker's rank");
        mona.patch(&path(&own, ""), "*", &json!({ "role": "common_manager" })).await.expect(422);
        mona.patch(&path(&own, ""), "*", &json!({ "rights": { "levels": { "rooms": "full" } } })).await.expect(422);
        mona.patch(&path(&own, ""), "*", &json!({ "role": "owner", "name": "Y" })).await.expect(200);

        let mut admin = app.admin().await;
        let high = robot(&mut admin, json!({ "rooms": "read" })).await;
        for (act, status) in [("/disable", 403), ("/token", 403)] {
            mona.post(&path(&high, act), &json!({})).await.expect(status);
        }
        mona.delete(&path(&high, "")).await.expect(403);
        let wide = made(&mut admin, json!({ "name": "Wide", "role": "owner", "rights": { "levels": { "users": "full" } } })).await;
        let refused = mona.post(&path(&wide, "/token"), &json!({})).await.expect(403).json();
        assert_eq!(refused["code"], "above_rights", "a token is a way to all that it may do");
        // What it may do through a team counts too.
        let team = app.team("Strong", &[Given::own(levels([(Screen::Users, Level::Full)]))], &[]).await;
        let member = made(&mut admin, json!({ "name": "Member", "role": "owner", "teams": [team] })).await;
        assert_eq!(mona.post(&path(&member, "/token"), &json!({})).await.expect(403).json()["code"], "above_rights");
        // It may leave it, and that team stays when the rest is edited.
        mona.patch(&path(&member, ""), "*", &json!({ "teams": [team], "remark": "x" })).await.expect(200);
        assert_eq!(mona.patch(&path(&member, ""), "*", &json!({ "teams": [] })).await.expect(200).json()["teams"], json!([]));
        let back = mona.patch(&path(&member, ""), "*", &json!({ "teams": [team] })).await.expect(422).json();
        assert_eq!(complaint(&back), ("teams", "not_allowed"));
        mona.post(&path(&member, "/token"), &json!({})).await.expect(200);
    }

    async fn manager_of_other_company_sees_no_api_user_of_the_root(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let mut nils = manager(&app, "nils", Some(&north)).await;
        let mut mona = manager(&app, "mona", None).await;
        let roots = robot(&mut mona, json!({ "rooms": "read" })).await;
        let norths = robot(&mut nils, json!({ "rooms": "read" })).await;
        assert_eq!(norths["company_id"], json!(north), "it acts from its maker's company");
        assert_eq!(nils.get(API_USERS).await.json()["count"], 1);
        assert_eq!(mona.get(API_USERS).await.json()["count"], 2);
        nils.get(&path(&roots, "")).await.expect(404);
        nils.patch(&path(&roots, ""), "*", &json!({ "name": "X" })).await.expect(404);
        nils.post(&path(&roots, "/token"), &json!({})).await.expect(404);
        nils.act(&path(&roots, "/disable")).await.expect(404);
        for (filter, count) in [
            (format!("company_id={north}"), 1), ("role=operations_engineer".to_owned(), 2), ("role=owner".to_owned(), 0),
            ("status=disabled".to_owned(), 0), ("q=ROB".to_owned(), 2), ("q=zz".to_owned(), 0),
        ] {
            assert_eq!(mona.get(&format!("{API_USERS}?{filter}")).await.expect(200).json()["count"], count, "{filter}");
        }
        for wrong in ["company_id=x", "team_id=x", "status=x", "role=x"] {
            mona.get(&format!("{API_USERS}?{wrong}")).await.expect(400);
        }
    }

    async fn second_editor_of_an_api_user_is_refused(app: TestApp) {
        let mut admin = app.admin().await;
        let made = robot(&mut admin, json!({ "rooms": "read" })).await;
        let same = admin.patch(&path(&made, ""), "\"1\"", &json!({ "name": "Robot" })).await.expect(200);
        assert_eq!(same.header("etag"), "\"1\"", "nothing changed");
        admin.patch(&path(&made, ""), "\"1\"", &json!({ "name": "Other" })).await.expect(200);
        admin.patch(&path(&made, ""), "\"1\"", &json!({ "name": "Third" })).await.expect(412);
        assert_eq!(admin.get(&path(&made, "")).await.json()["name"], "Other");
    }

    async fn every_change_of_an_api_user_is_in_the_audit_log_with_before_and_after(app: TestApp) {
        let mut admin = app.admin().await;
        app.clock.advance(1);
        let made = robot(&mut admin, json!({ "rooms": "read" })).await;
        app.clock.advance(1);
        admin.patch(&path(&made, ""), "*", &json!({ "name": "Other", "rights": {} })).await.expect(200);
        app.clock.advance(1);
        admin.act(&path(&made, "/disable")).await.expect(200);
        app.clock.advance(1);
        admin.act(&path(&made, "/disable")).await.expect(200);
        app.clock.advance(1);
        admin.act(&path(&made, "/enable")).await.expect(200);
        app.clock.advance(1);
        admin.post(&path(&made, "/token"), &json!({})).await.expect(200);
        app.clock.advance(1);
        admin.delete(&path(&made, "")).await.expect(204);
        app.clock.advance(1);
        const LOG: &str = "select action, before, after from audit_events where target_kind = 'api_user' order by id";
        type Row = (String, Option<String>, Option<String>);
        let log = rows!(app.system().read().await.unwrap().conn(), Row, LOG).unwrap();
        let actions: Vec<&str> = log.iter().map(|row| row.0.as_str()).collect();
        let expected = ["create", "edit", "disable", "enable", "replace_token", "delete"].map(|act| format!("api_users.{act}"));
        assert_eq!(actions, expected);
        let json = |text: &Option<String>| serde_json::from_str::<Value>(text.as_deref().unwrap()).unwrap();
        let (before, after) = (json(&log[1].1), json(&log[1].2));
        assert_eq!((&before["name"], &after["name"]), (&json!("Robot"), &json!("Other")));
        assert_eq!((&before["levels"], &after["levels"]), (&json!({ "rooms": "read" }), &json!({})));
        assert_eq!((&json(&log[2].1)["status"], &json(&log[2].2)["status"]), (&json!("active"), &json!("disabled")));
        assert_ne!(json(&log[4].1)["token"]["hint"], json(&log[4].2)["token"]["hint"]);
        assert_eq!(json(&log[5].1)["name"], "Other");
    }
}
