//! Who is in a team, and what that gives and takes.

use super::{TEAMS, add, complaint, levels_of, made, manager, path, plain, rooms, text};
use crate::access::{Level, Role, Screen};
use crate::db::{rows, scalar};
use crate::features::companies::model::CompanyKind;
use crate::rights::administrators;
use crate::rights::model::MemberKind;
use crate::testing::{Answer, Given, TestApp, UserSpec, both, levels};
use futures::future::join_all;
use serde_json::{Value, json};

both! {
    async fn member_gets_and_loses_the_rights_of_a_team_on_the_very_next_request(app: TestApp) {
        let mut admin = app.admin().await;
        let (nora, mut browser) = plain(&app, "nora").await;
        browser.get("/api/v1/rooms").await.expect(403);
        let team = made(&mut admin, json!({ "name": "Night shift", "rights": { "levels": { "rooms": "read" } } })).await;
        let answer = add(&mut admin, text(&team, "id"), &nora).await.expect(201);
        let member = format!("{}/members/{nora}", path(text(&team, "id")));
        assert_eq!(answer.header("location"), member);
        assert_eq!(admin.get(&member).await.expect(200).json()["username"], "nora");
        browser.get("/api/v1/rooms").await.expect(200);
        let me = browser.get("/api/v1/me").await.expect(200).json();
        assert_eq!(me["access"][0]["reason"], "permissions through team Night shift");
        assert_eq!(me["access"][0]["team"], json!({ "id": team["id"], "name": "Night shift" }));

        admin.patch(&path(text(&team, "id")), "\"1\"", &json!({ "rights": { "levels": { "rooms": "full" } } })).await.expect(200);
        assert_eq!(levels_of(&mut browser).await, json!({ "rooms": "full" }));
        let listed = admin.get("/api/v1/users?q=nora").await.expect(200);
        let access = admin.call("users.access", &json!({ "id": nora })).await.expect(200).json();
        assert_eq!(access[0]["sources"], json!(["Permissions through team Night shift"]), "{listed:?}");
        let strip = admin.call("users.get", &json!({ "id": nora })).await.expect(200).json();
        assert_eq!(strip["levels"], json!({ "rooms": "full" }), "the strip of the users list counts teams");
        assert_eq!(strip["user"]["profiles"], json!([]), "the form does not: these are no grants of its own");

        admin.delete(&member).await.expect(204);
        browser.get("/api/v1/rooms").await.expect(403);
        admin.delete(&member).await.expect(404);
        add(&mut admin, text(&team, "id"), &nora).await.expect(201);
        assert_eq!(add(&mut admin, text(&team, "id"), &nora).await.expect(409).json()["code"], "already_member");
        browser.get("/api/v1/rooms").await.expect(200);
        admin.delete(&path(text(&team, "id"))).await.expect(204);
        browser.get("/api/v1/rooms").await.expect(403);
        let left = "select (select count(*) from team_members) + (select count(*) from grants where subject_kind = 'team')";
        assert_eq!(scalar!(app.system().read().await.unwrap().conn(), i64, left).unwrap(), 0);
    }

    async fn grant_to_a_team_that_begins_later_opens_when_it_begins(app: TestApp) {
        let later = rooms().from(crate::testing::START + 1_000).until(crate::testing::START + 2_000);
        let team = app.team("Night shift", &[later], &[]).await;
        let (robot, token) = app.api_user("Robot", Role::Owner, None, &[]).await;
        app.join(&team, MemberKind::ApiUser, &robot).await;
        let mut robot = app.bearer(&token);
        for (after, status) in [(0, 403), (1_000, 200), (1_000, 403)] {
            app.clock.advance(after);
            robot.get("/api/v1/rooms").await.expect(status);
        }
    }

    async fn deleted_user_leaves_its_teams(app: TestApp) {
        let mut admin = app.admin().await;
        let (nora, _) = plain(&app, "nora").await;
        let team = app.team("Night shift", &[rooms()], &[&nora]).await;
        assert_eq!(admin.get(&path(&team)).await.json()["user_count"], 1);
        admin.delete(&format!("/api/v1/users/{nora}")).await.expect(204);
        let team = admin.get(&path(&team)).await.json();
        assert_eq!((&team["user_count"], &team["hidden_count"]), (&json!(0), &json!(0)));
    }

    async fn adding_somebody_to_a_team_that_has_more_than_oneself_is_refused(app: TestApp) {
        let (nora, mut browser) = plain(&app, "nora").await;
        let mut mona = app.signed_in_as(manager("mona", Role::OperationsEngineer, [(Screen::Rooms, Level::Read)])).await;
        let building = app.place(None, "building", "Building A").await;
        let stronger = [
            Given::own(levels([(Screen::Rooms, Level::Full)])),
            Given::own(levels([(Screen::Lighting, Level::Read)])).at(&building),
            // Not yet, and for a while only: it is given all the same.
            Given::own(levels([(Screen::Hvac, Level::Read)])).from(crate::testing::START + 1_000),
            Given::profile(&app.administrator_profile().await),
        ];
        for (n, given) in stronger.into_iter().enumerate() {
            let team = app.team(&format!("Team {n}"), &[given], &[]).await;
            assert_eq!(add(&mut mona, &team, &nora).await.expect(403).json()["code"], "above_rights", "{n}");
            let robot = json!({ "name": "Robot", "teams": [team] });
            let answer = mona.post("/api/v1/api-users", &robot).await.expect(422).json();
            assert_eq!(complaint(&answer), ("teams", "not_allowed"), "{n}");
        }
        assert_eq!(mona.get("/api/v1/api-users").await.json()["count"], 0);
        let equal = app.team("Equal", &[rooms()], &[]).await;
        add(&mut mona, &equal, &nora).await.expect(201);
        assert_eq!(levels_of(&mut browser).await, json!({ "rooms": "read" }));
    }

    async fn nobody_adds_or_removes_whom_they_could_not_edit(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let south = app.company(None, CompanyKind::Distributor, "South").await;
        let at = |username, role, company| UserSpec { username, role, company, ..UserSpec::default() };
        let above = app.user(at("above", Role::CommonManager, Some(north.as_str()))).await;
        let beside = app.user(at("beside", Role::Owner, Some(south.as_str()))).await;
        let below = app.user(at("below", Role::Owner, Some(north.as_str()))).await;
        let spec = UserSpec { company: Some(&north), ..manager("mona", Role::OperationsEngineer, [(Screen::Rooms, Level::Full)]) };
        let mona = app.user(spec).await;
        let mut browser = app.browser_of(&mona).await;
        let empty = app.team("Empty", &[rooms()], &[]).await;
        let all = app.team("All", &[rooms()], &[&above.id, &beside.id, &below.id, &mona.id]).await;
        let remove = |id: &str| format!("{}/members/{id}", path(&all));
        // Above in rank, of another company, oneself.
        assert_eq!(add(&mut browser, &empty, &above.id).await.expect(403).json()["code"], "above_rank");
        assert_eq!(complaint(&add(&mut browser, &empty, &beside.id).await.expect(422).json()), ("id", "unknown"));
        assert_eq!(add(&mut browser, &empty, &mona.id).await.expect(409).json()["code"], "own_account");
        browser.delete(&remove(&above.id)).await.expect(403);
        browser.delete(&remove(&beside.id)).await.expect(404);
        assert_eq!(browser.delete(&remove(&mona.id)).await.expect(409).json()["code"], "own_account");
        add(&mut browser, &empty, &below.id).await.expect(201);
        browser.delete(&remove(&below.id)).await.expect(204);
        let missing = add(&mut browser, &empty, "01900000-0000-7000-8000-000000000000").await.expect(422);
        assert_eq!(missing.json()["errors"], add(&mut browser, &empty, &beside.id).await.json()["errors"], "foreign is as missing");
        // Members out of reach are counted, not named.
        let team = browser.get(&path(&all)).await.expect(200).json();
        assert_eq!((&team["user_count"], &team["hidden_count"]), (&json!(2), &json!(1)));
        let listed = browser.get(&format!("{}/members", path(&all))).await.expect(200);
        assert_eq!(listed.json()["count"], 2);
        assert!(!listed.text.contains("beside") && !listed.text.contains(&beside.id), "{}", listed.text);
        browser.get(&remove(&beside.id)).await.expect(404);
    }

    async fn team_of_another_organization_does_not_exist_here(app: TestApp) {
        let (nora, _) = plain(&app, "nora").await;
        let team = app.team("Ours", &[rooms()], &[&nora]).await;
        let elsewhere = app.organization("Elsewhere").await;
        let grants = vec![Given::own(crate::access::Levels::FULL)];
        let mut eve = app.signed_in_as(UserSpec { organization: Some(&elsewhere), username: "eve", grants, ..UserSpec::default() }).await;
        assert_eq!(eve.get(TEAMS).await.expect(200).json()["count"], 0);
        eve.get(&path(&team)).await.expect(404);
        eve.patch(&path(&team), "*", &json!({ "remark": "x" })).await.expect(404);
        eve.delete(&path(&team)).await.expect(404);
        add(&mut eve, &team, &nora).await.expect(404);
        eve.delete(&format!("{}/members/{nora}", path(&team))).await.expect(404);
        let theirs = made(&mut eve, json!({ "name": "Ours" })).await;
        let answer = add(&mut eve, text(&theirs, "id"), &nora).await.expect(422).json();
        assert_eq!(complaint(&answer), ("id", "unknown"), "a user of another organization is as none");
        let robot = eve.post("/api/v1/api-users", &json!({ "name": "Robot", "teams": [team] })).await.expect(422).json();
        assert_eq!(complaint(&robot), ("teams", "unknown"));
    }

    async fn last_administrator_through_a_team_stays_when_twenty_are_taken_out_at_once(app: TestApp) {
        let builtin = app.administrator_profile().await;
        let mut ids = Vec::new();
        for n in 0..20 {
            let person = app.user(UserSpec { username: &format!("admin{n}"), ..UserSpec::default() }).await;
            app.browser_of(&person).await;
            ids.push(person.id);
        }
        let members: Vec<&str> = ids.iter().map(String::as_str).collect();
        let team = app.team("Administrators", &[Given::profile(&builtin)], &members).await;
        let spec = UserSpec { username: "boss", grants: vec![Given::own(crate::access::Levels::FULL)], ..UserSpec::default() };
        let boss = app.signed_in_as(spec).await;
        let founder = app.admin().await.get("/api/v1/me").await.json()["user_id"].as_str().unwrap().to_owned();
        boss.clone().act(&format!("/api/v1/users/{founder}/disable")).await.expect(200);
        for (what, answer) in [
            ("delete", boss.clone().delete(&path(&team)).await),
            ("rights", boss.clone().patch(&path(&team), "*", &json!({ "rights": {} })).await),
        ] {
            assert_eq!(answer.expect(409).json()["code"], "last_administrator", "{what}");
        }
        // Nobody is through before all of them are under way.
        let mut lock = app.system().write().await.unwrap();
        administrators::lock(&mut lock.conn(), &app.organization_id().await).await.unwrap();
        let requests: Vec<_> = ids
            .iter()
            .map(|id| {
                let (mut browser, path) = (boss.clone(), format!("{}/members/{id}", path(&team)));
                async move { browser.delete(&path).await }
            })
            .collect();
        let (answers, ()) = tokio::join!(join_all(requests), async { lock.commit_unlogged().await.unwrap() });
        let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status != 204).collect();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!((refused[0].status, &refused[0].json()["code"]), (409, &json!("last_administrator")));
        let left = boss.clone().get(&path(&team)).await.expect(200).json();
        assert_eq!(left["user_count"], 1);
    }

    async fn every_change_of_a_team_is_in_the_audit_log_with_before_and_after(app: TestApp) {
        let mut admin = app.admin().await;
        let (nora, _) = plain(&app, "nora").await;
        let team = made(&mut admin, json!({ "name": "Night shift", "members": [{ "kind": "user", "id": nora }] })).await;
        let id = text(&team, "id").to_owned();
        app.clock.advance(1);
        admin.patch(&path(&id), "*", &json!({ "name": "Day shift", "rights": { "levels": { "rooms": "read" } } })).await.expect(200);
        app.clock.advance(1);
        admin.delete(&format!("{}/members/{nora}", path(&id))).await.expect(204);
        app.clock.advance(1);
        add(&mut admin, &id, &nora).await.expect(201);
        app.clock.advance(1);
        admin.delete(&path(&id)).await.expect(204);
        app.clock.advance(1);
        const LOG: &str = "select action, before, after from audit_events where target_kind = 'team' order by id";
        type Row = (String, Option<String>, Option<String>);
        let log = rows!(app.system().read().await.unwrap().conn(), Row, LOG).unwrap();
        let json = |text: &Option<String>| text.as_deref().map_or(Value::Null, |text| serde_json::from_str(text).unwrap());
        let log: Vec<(&str, Value, Value)> = log.iter().map(|row| (row.0.as_str(), json(&row.1), json(&row.2))).collect();
        let actions: Vec<&str> = log.iter().map(|row| row.0).collect();
        assert_eq!(actions, ["teams.create", "teams.edit", "teams.remove_member", "teams.add_member", "teams.delete"]);
        assert_eq!(log[0].2["members"][0]["id"], json!(nora));
        assert_eq!((&log[1].1["name"], &log[1].2["name"]), (&json!("Night shift"), &json!("Day shift")));
        assert_eq!((&log[1].1["levels"], &log[1].2["levels"]), (&json!({}), &json!({ "rooms": "read" })));
        assert_eq!(log[2].1["member"]["name"], "nora");
        assert_eq!(log[3].2["member"]["name"], "nora");
        assert_eq!(log[4].1["members"], 1);
    }
}
