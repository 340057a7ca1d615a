//! Nobody gives a team more than they have, nor changes by way of a team whom they could not change.

use super::{TEAMS, add, complaint, levels_of, made, manager, path, plain, plant, rooms, text};
use crate::access::{Level, Role, Screen};
use crate::features::companies::model::CompanyKind;
use crate::rights::model::MemberKind;
use crate::testing::{Given, TestApp, UserSpec, both, levels};
use serde_json::json;

both! {
    async fn nobody_gives_a_team_more_than_they_have(app: TestApp) {
        let (building, _, light) = plant(&app).await;
        let strong = app.profile("Strong", levels([(Screen::Rooms, Level::Full)])).await;
        let own = [(Screen::Rooms, Level::Read), (Screen::Devices, Level::Read), (Screen::Lighting, Level::Read), (Screen::Hvac, Level::Read)];
        let mut mona = app.signed_in_as(manager("mona", Role::OperationsEngineer, own)).await;
        for (rights, field) in [
            (json!({ "levels": { "rooms": "full" }, "places": "everything" }), "rights.levels"),
            (json!({ "levels": { "rooms": "full" } }), "rights.places"),
            (json!({ "profiles": [strong], "places": [building] }), "rights.profiles"),
            (json!({ "devices": [{ "device_id": light, "right": "control" }] }), "rights.devices"),
            (json!({ "all_devices": "configure" }), "rights.all_devices"),
        ] {
            let answer = mona.post(TEAMS, &json!({ "name": "X", "rights": rights })).await.expect(422).json();
            let code = if field == "rights.places" { "required" } else { "not_allowed" };
            assert_eq!(complaint(&answer), (field, code), "{rights}");
        }
        assert_eq!(mona.get(TEAMS).await.json()["count"], 0);
        let team = made(&mut mona, json!({ "name": "X", "rights": { "all_devices": "view" } })).await;
        mona.patch(&path(text(&team, "id")), "*", &json!({ "rights": { "all_devices": "control" } })).await.expect(422);
        mona.patch(&path(text(&team, "id")), "*", &json!({ "rights": { "all_devices": null } })).await.expect(200);
    }

    async fn what_a_team_has_already_stays_whoever_edits_the_rest(app: TestApp) {
        let team = app.team("X", &[Given::profile(&app.profile("Strong", levels([(Screen::Audit, Level::Full)])).await)], &[]).await;
        let mut mona = app.signed_in_as(manager("mona", Role::OperationsEngineer, [(Screen::Rooms, Level::Read)])).await;
        let profiles = mona.get(&path(&team)).await.json()["rights"]["profiles"].clone();
        let more = json!({ "rights": { "profiles": profiles, "levels": { "rooms": "read" }, "places": "everything" } });
        let edited = mona.patch(&path(&team), "*", &more).await.expect(200).json();
        assert_eq!((&edited["rights"]["profiles"], &edited["rights"]["levels"]), (&profiles, &json!({ "rooms": "read" })));
    }

    async fn editing_a_team_with_a_member_above_ones_rank_or_reach_is_refused(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let high = app.user(UserSpec { username: "high", company: Some(&north), ..UserSpec::default() }).await;
        let beside = app.user(UserSpec { username: "beside", role: Role::Owner, ..UserSpec::default() }).await;
        let robot = app.api_user("Robot", Role::CommonManager, Some(&north), &[]).await.0;
        let (high, beside) = (high.id, beside.id);
        let spec = UserSpec { company: Some(&north), ..manager("mona", Role::OperationsEngineer, [(Screen::Rooms, Level::Full)]) };
        let mut mona = app.signed_in_as(spec).await;
        for (n, (kind, id)) in [(MemberKind::User, high), (MemberKind::User, beside), (MemberKind::ApiUser, robot)].into_iter().enumerate() {
            let team = app.team(&format!("Team {n}"), &[rooms()], &[]).await;
            mona.patch(&path(&team), "*", &json!({ "remark": "Empty yet" })).await.expect(200);
            app.join(&team, kind, &id).await;
            for change in [json!({ "name": "Other" }), json!({ "rights": {} }), json!({ "rights": { "levels": { "rooms": "full" } } })] {
                let answer = mona.patch(&path(&team), "*", &change).await.expect(403);
                assert_eq!(answer.json()["code"], "members_above", "{n} {change}");
                assert!(text(&answer.json(), "detail").starts_with("1 member of this team has a higher role than you"), "{}", answer.text);
                assert!(!answer.text.contains(&id));
            }
            mona.delete(&path(&team)).await.expect(403);
        }
    }

    async fn manager_of_a_company_below_cannot_change_a_team_that_has_more_than_themselves(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let spec = UserSpec { company: Some(&north), ..manager("mona", Role::OperationsEngineer, [(Screen::Rooms, Level::Read)]) };
        let mut mona = app.signed_in_as(spec).await;
        let theirs = UserSpec { username: "nils", role: Role::Owner, company: Some(&north), ..UserSpec::default() };
        let theirs = app.user(theirs).await.id;
        let strong = || Given::own(levels([(Screen::Rooms, Level::Full), (Screen::Audit, Level::Read)]));
        let empty = app.team("Empty", &[strong()], &[]).await;
        let with_theirs = app.team("With theirs", &[strong()], &[&theirs]).await;
        let later = app.team("Later", &[rooms(), strong().from(crate::testing::START + 1_000)], &[]).await;
        let own = json!({ "subject_kind": "team", "subject_id": empty, "levels": { "rooms": "read" } });
        for team in [&empty, &with_theirs, &later] {
            for change in [
                json!({ "name": "Mine" }), json!({ "remark": "x" }), json!({ "rights": {} }),
                json!({ "rights": { "levels": { "rooms": "read" } } }),
            ] {
                let refused = mona.patch(&path(team), "*", &change).await.expect(403).json();
                assert_eq!(refused["code"], "above_rights", "{change}");
            }
            assert_eq!(mona.delete(&path(team)).await.expect(403).json()["code"], "above_rights");
        }
        assert_eq!(mona.post("/api/v1/grants", &own).await.expect(403).json()["code"], "above_rights");
        let listed = app.admin().await.get(&format!("/api/v1/grants?subject_id={empty}")).await.json();
        mona.delete(&format!("/api/v1/grants/{}", text(&listed["items"][0], "id"))).await.expect(403);
        // Whom they administer they may let go, and what they have themselves is theirs to change.
        mona.delete(&format!("{}/members/{theirs}", path(&with_theirs))).await.expect(204);
        let equal = app.team("Equal", &[rooms()], &[]).await;
        mona.patch(&path(&equal), "*", &json!({ "name": "Ours", "rights": {} })).await.expect(200);
        mona.delete(&path(&equal)).await.expect(204);
        // So is a team of their own company, whatever it was given since.
        let own = text(&made(&mut mona, json!({ "name": "Of North" })).await, "id").to_owned();
        let more = json!({ "rights": { "levels": { "audit": "read" } } });
        app.admin_anew().await.patch(&path(&own), "*", &more).await.expect(200);
        mona.patch(&path(&own), "*", &json!({ "name": "North", "rights": {} })).await.expect(200);
        mona.delete(&path(&own)).await.expect(204);
    }

    async fn nobody_changes_their_own_rights_by_way_of_a_team(app: TestApp) {
        let mona = app.user(manager("mona", Role::CommonManager, [(Screen::Rooms, Level::Full)])).await;
        let team = app.team("Mine", &[rooms()], &[&mona.id]).await;
        let mut browser = app.browser_of(&mona).await;
        let more = json!({ "rights": { "levels": { "rooms": "full" } } });
        assert_eq!(browser.patch(&path(&team), "*", &more).await.expect(409).json()["code"], "own_account");
        assert_eq!(browser.delete(&path(&team)).await.expect(409).json()["code"], "own_account");
        // A name is no right.
        browser.patch(&path(&team), "*", &json!({ "name": "Ours" })).await.expect(200);
        let others = json!({ "name": "Others", "members": [{ "kind": "user", "id": mona.id }] });
        assert_eq!(browser.post(TEAMS, &others).await.expect(409).json()["code"], "own_account");
    }

    async fn profile_that_a_team_has_is_in_use_and_editing_it_is_a_gift_to_the_members(app: TestApp) {
        let mut admin = app.admin().await;
        let profile = app.profile("Porter", levels([(Screen::Rooms, Level::Read)])).await;
        let other = app.profile("Other", levels([(Screen::Alerts, Level::Read)])).await;
        let (nora, mut browser) = plain(&app, "nora").await;
        let high = app.user(UserSpec { username: "high", ..UserSpec::default() }).await.id;
        let team = app.team("Night shift", &[Given::profile(&profile)], &[&nora]).await;
        let (robot, token) = app.api_user("Robot", Role::Owner, None, &[Given::profile(&profile)]).await;
        let of = format!("/api/v1/profiles/{profile}");
        let shown = admin.get(&of).await.expect(200).json();
        assert_eq!((&shown["user_count"], &shown["team_count"], &shown["api_user_count"]), (&json!(0), &json!(1), &json!(1)));
        let refused = admin.delete(&of).await.expect(409).json();
        assert!(text(&refused, "detail").starts_with("1 team and 1 API user have this profile."), "{refused}");

        let editor = [(Screen::Profiles, Level::Full), (Screen::Rooms, Level::Full), (Screen::Alerts, Level::Full)];
        let mut mona = app.signed_in_as(manager("mona", Role::OperationsEngineer, editor)).await;
        mona.patch(&of, "*", &json!({ "levels": { "rooms": "full" } })).await.expect(200);
        assert_eq!(levels_of(&mut browser).await, json!({ "rooms": "full" }));
        add(&mut admin, &team, &high).await.expect(201);
        let above = mona.patch(&of, "*", &json!({ "levels": { "rooms": "read" } })).await.expect(403).json();
        assert_eq!(above["code"], "above_rank", "a member of the team ranks above");
        admin.delete(&format!("{}/members/{high}", path(&team))).await.expect(204);
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let spec = UserSpec { company: Some(&north), ..manager("nils", Role::CommonManager, editor) };
        let mut nils = app.signed_in_as(spec).await;
        let outside = nils.patch(&of, "*", &json!({ "levels": { "rooms": "read" } })).await.expect(403).json();
        assert_eq!(outside["code"], "outside_reach");

        admin.delete(&format!("{of}?replacement={other}")).await.expect(204);
        assert_eq!(levels_of(&mut browser).await, json!({ "alerts": "read" }));
        app.bearer(&token).get("/api/v1/alerts").await.expect(200);
        let left = admin.get(&format!("/api/v1/api-users/{robot}")).await.expect(200).json();
        assert_eq!(left["rights"]["profiles"], json!([other]));
    }
}
