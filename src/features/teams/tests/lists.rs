//! Lists and searches.

use super::{TEAMS, manager, path, plain, plant, rooms, text};
use crate::access::{Level, Role, Screen};
use crate::db::{Conn, STATEMENTS, Statement};
use crate::features::companies::model::CompanyKind;
use crate::features::places::list::{LISTING, within_screen};
use crate::features::places::model::PlaceList;
use crate::resource::list::Viewer;
use crate::rights::model::MemberKind;
use crate::server::identity::find_actor;
use crate::testing::{Browser, Given, START, TestApp, UserSpec, both, levels, scans};
use crate::types::ListQuery;
use serde_json::json;
use std::cell::Cell;

/// The names of all rows, page by page.
async fn walk(browser: &mut Browser, list: &str) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = browser.get(&format!("{list}&limit=2&cursor={cursor}")).await.expect(200).json();
        names.extend(page["items"].as_array().unwrap().iter().map(|row| text(row, "name").to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return names,
        }
    }
}

both! {
    async fn teams_and_members_are_listed_page_by_page_and_narrowed(app: TestApp) {
        let mut admin = app.admin().await;
        let porter = app.profile("Porter", levels([(Screen::Rooms, Level::Read)])).await;
        let (nora, _) = plain(&app, "nora").await;
        let (anna, _) = plain(&app, "anna").await;
        let (robot, _) = app.api_user("Bert", Role::Owner, None, &[]).await;
        let night = app.team("Night", &[Given::profile(&porter)], &[&nora, &anna]).await;
        app.join(&night, MemberKind::ApiUser, &robot).await;
        for name in ["Early", "Day", "Late"] {
            app.team(name, &[], &[]).await;
        }
        assert_eq!(walk(&mut admin, &format!("{TEAMS}?sort=name")).await, ["Day", "Early", "Late", "Night"]);
        assert_eq!(walk(&mut admin, &format!("{TEAMS}?sort=-name")).await, ["Night", "Late", "Early", "Day"]);
        for filter in ["q=nIG", &format!("member_id={nora}"), &format!("member_id={robot}"), &format!("profile_id={porter}")] {
            assert_eq!(walk(&mut admin, &format!("{TEAMS}?{filter}")).await, ["Night"], "{filter}");
        }
        let members = format!("{}/members", path(&night));
        assert_eq!(walk(&mut admin, &format!("{members}?sort=name")).await, ["anna", "Bert", "nora"]);
        assert_eq!(walk(&mut admin, &format!("{members}?sort=-name")).await, ["nora", "Bert", "anna"]);
        assert_eq!(walk(&mut admin, &format!("{members}?q=ber")).await, ["Bert"]);
        assert_eq!(walk(&mut admin, &format!("/api/v1/api-users?team_id={night}")).await, ["Bert"]);
        for wrong in ["sort=size", "cursor=x", "limit=0", "limit=201", "colour=red"] {
            admin.get(&format!("{TEAMS}?{wrong}")).await.expect(400);
            admin.get(&format!("{members}?{wrong}")).await.expect(400);
            admin.get(&format!("/api/v1/api-users?{wrong}")).await.expect(400);
        }
        admin.get(&format!("{TEAMS}?member_id=x")).await.expect(400);
    }

    async fn lists_cost_the_same_statements_whatever_their_size(app: TestApp) {
        let mut admin = app.admin().await;
        let mut counted: Vec<Vec<u32>> = Vec::new();
        for round in 0..2 {
            let mut costs = Vec::new();
            for list in [TEAMS, "/api/v1/api-users"] {
                let ask = async {
                    admin.get(list).await.expect(200);
                    STATEMENTS.with(Cell::get)
                };
                costs.push(STATEMENTS.scope(Cell::new(0), ask).await);
            }
            counted.push(costs);
            for n in 0..10 {
                let team = app.team(&format!("Team {round} {n}"), &[rooms()], &[]).await;
                let (robot, _) = app.api_user("Robot", Role::Owner, None, &[rooms()]).await;
                app.join(&team, MemberKind::ApiUser, &robot).await;
            }
        }
        // Two of the session, the page, the rights; the teams of API users; the count where the page does not show everything.
        assert_eq!(counted, [[4, 5], [4, 5]]);
    }

    async fn form_offers_people_whom_one_may_add_and_devices_within_reach(app: TestApp) {
        let (building, _, light) = plant(&app).await;
        let other = app.place(None, "building", "Building B").await;
        let floor = app.place(Some(&other), "floor", "Floor 9").await;
        let room = app.place(Some(&floor), "room", "Room 909").await;
        app.place(Some(&room), "light", "Ceiling").await;
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let at = |username, role, company| UserSpec { username, role, company, ..UserSpec::default() };
        for spec in [
            at("anton", Role::Owner, Some(north.as_str())), at("above", Role::CommonManager, Some(north.as_str())),
            at("antje", Role::Owner, None),
        ] {
            app.user(spec).await;
        }
        app.api_user("Antenna", Role::Owner, Some(&north), &[]).await;
        let mut spec = UserSpec { company: Some(&north), ..manager("mona", Role::OperationsEngineer, [(Screen::Rooms, Level::Read)]) };
        spec.grants.push(Given::own(levels([(Screen::Devices, Level::Read)])).at(&building));
        let mut mona = app.signed_in_as(spec).await;
        for (q, found) in [("ant", vec!["Antenna", "anton"]), ("", vec!["Antenna", "anton"]), ("zz", vec![])] {
            let rows = mona.call("teams.candidates", &json!({ "q": q })).await.expect(200).json();
            let found_names: Vec<_> = rows.as_array().unwrap().iter().map(|row| text(&row["member"], "name")).collect();
            assert_eq!(found_names, found, "{q}");
        }
        for (q, found) in [("ceiling", 1), ("a / floor 1 / CEIL", 1), ("room 101", 1), ("room 909", 0), ("%", 0), ("", 1)] {
            let rows = mona.call("teams.devices", &json!({ "q": q })).await.expect(200).json();
            assert_eq!(rows.as_array().unwrap().len(), found, "{q}");
            assert!(rows.as_array().unwrap().iter().all(|row| row["id"] == json!(light)));
        }
        let choices = mona.call("teams.choices", &json!({})).await.expect(200).json();
        assert_eq!((&choices["all_devices"], &choices["roles"]), (&json!([]), &json!(["operations_engineer", "owner"])));
        let all = app.admin().await.call("teams.choices", &json!({})).await.expect(200).json();
        assert_eq!(all["all_devices"], json!(["view", "control", "configure"]));
    }

    async fn list_of_a_member_of_teams_walks_indexes_alone(app: TestApp) {
        let (building, ..) = plant(&app).await;
        let (nora, _) = plain(&app, "nora").await;
        for n in 0..3 {
            app.team(&format!("Team {n}"), &[rooms().at(&building)], &[&nora]).await;
        }
        let mut held = app.system().read().await.unwrap();
        let mut conn = held.conn();
        let actor = find_actor(&mut conn, &app.organization_id().await, &nora, START).await.unwrap().unwrap();
        assert_eq!(actor.subject_ids().len(), 4, "itself and three teams");
        let query = ListQuery::default();
        let wanted = LISTING.understand(&query).unwrap();
        let [rows, count] = within_screen(PlaceList::Rooms, "", &Viewer { actor: &actor, now: START }).unwrap();
        for statement in [wanted.rows(rows), count.counted()] {
            let explain = if matches!(conn, Conn::Sqlite(_)) { "explain query plan" } else { "explain" };
            let explain = Statement { sql: format!("{explain} {}", statement.sql), ..statement };
            if let Conn::Postgres(_) = conn {
                // So few rows it may as well read one by one: that it understands the statement is what counts.
                assert!(!explain.rows::<(String,)>(&mut conn).await.unwrap().is_empty());
                continue;
            }
            let plan: Vec<(i64, i64, i64, String)> = explain.rows(&mut conn).await.unwrap();
            let walks = |step: &&(i64, i64, i64, String)| scans(&step.3) && !step.3.contains("counted");
            assert_eq!(plan.iter().find(walks), None, "{plan:?}");
        }
    }

    async fn manager_of_other_company_finds_no_team_by_a_member_out_of_reach(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let (nora, _) = plain(&app, "nora").await;
        let (robot, _) = app.api_user("Bert", Role::Owner, None, &[]).await;
        let night = app.team("Night", &[], &[&nora]).await;
        app.join(&night, MemberKind::ApiUser, &robot).await;
        let grants = vec![Given::own(levels([(Screen::Members, Level::Read)]))];
        let spec = UserSpec { username: "north", company: Some(&north), grants, ..UserSpec::default() };
        let mut manager = app.signed_in_as(spec).await;
        let mut admin = app.admin().await;
        for member in [&nora, &robot] {
            let list = format!("{TEAMS}?member_id={member}");
            let counts = (manager.get(&list).await.expect(200).json()["count"].clone(), admin.get(&list).await.json()["count"].clone());
            assert_eq!(counts, (json!(0), json!(1)));
        }
    }
}
