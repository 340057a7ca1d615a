//! What nobody may give, and whose profiles somebody may change.

use super::{PROFILES, WRITES, complaint, complaints, create, manager, path};
use crate::access::{Level, Levels, Role, Screen};
use crate::features::companies::model::CompanyKind;
use crate::testing::{Given, START, TestApp, UserSpec, both, levels};
use serde_json::json;

both! {
    async fn nobody_gives_a_level_that_they_do_not_have_everywhere_and_for_good(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let mut spec = manager(levels([WRITES, (Screen::Rooms, Level::Read)]));
        spec.grants.push(Given::own(levels([(Screen::Lighting, Level::Full)])).at(&building));
        spec.grants.push(Given::own(levels([(Screen::Audit, Level::Full)])).until(START + 60_000));
        let mut browser = app.signed_in_as(spec).await;
        let refused = [
            (json!({ "rooms": "full" }), "You only have read access to Rooms."),
            (json!({ "rooms": "read", "hvac": "read" }), "You don't have access to HVAC."),
            (json!({ "lighting": "read" }), "You have Lighting read only at some places or for a limited time."),
            (json!({ "audit": "read" }), "You have Audit read only at some places or for a limited time."),
        ];
        for (levels, message) in refused {
            let answer = browser.post(PROFILES, &json!({ "name": "A", "levels": levels })).await.expect(422).json();
            assert_eq!(complaints(&answer), complaint("levels", "not_allowed"));
            assert_eq!(answer["errors"][0]["message"], message);
        }
        let made = create(&mut browser, "A", json!({ "rooms": "read", "profiles": "full" })).await;
        let id = made["id"].as_str().unwrap();
        let answer = browser.patch(&path(id), "*", &json!({ "levels": { "rooms": "full" } })).await.expect(422);
        assert_eq!(complaints(&answer.json()), complaint("levels", "not_allowed"));
    }

    async fn profile_that_gives_more_than_the_actor_has_stays_as_it_is(app: TestApp) {
        let above = app.profile("Above", levels([(Screen::Rooms, Level::Full)])).await;
        let mut browser = app.signed_in_as(manager(levels([WRITES, (Screen::Rooms, Level::Read)]))).await;
        for change in [json!({ "levels": { "rooms": "read" } }), json!({ "name": "Mine" })] {
            let answer = browser.patch(&path(&above), "*", &change).await.expect(403);
            assert_eq!(answer.json()["code"], "above_rights");
        }
        assert_eq!(browser.delete(&path(&above)).await.expect(403).json()["code"], "above_rights");
        let copy = browser.act(&format!("{}/duplicate", path(&above))).await.expect(422).json();
        assert_eq!(complaints(&copy), complaint("levels", "not_allowed"));
    }

    async fn engineer_does_not_change_what_a_manager_holds(app: TestApp) {
        let held = app.profile("Held", levels([(Screen::Rooms, Level::Full)])).await;
        let free = app.profile("Free", levels([(Screen::Rooms, Level::Full)])).await;
        app.user(UserSpec { username: "boss", grants: vec![Given::profile(&held)], ..UserSpec::default() }).await;
        let engineer = UserSpec { role: Role::OperationsEngineer, ..manager(Levels::FULL) };
        let mut browser = app.signed_in_as(engineer).await;
        let change = json!({ "levels": { "rooms": "read" } });
        assert_eq!(browser.patch(&path(&held), "*", &change).await.expect(403).json()["code"], "above_rank");
        let delete = format!("{}?replacement={free}", path(&held));
        assert_eq!(browser.delete(&delete).await.expect(403).json()["code"], "above_rank");
        browser.patch(&path(&free), "*", &change).await.expect(200);
        assert_eq!(browser.get(&path(&held)).await.json()["levels"], json!({ "rooms": "full" }));
    }

    async fn manager_of_a_company_does_not_change_what_others_hold(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let held = app.profile("Held", levels([(Screen::Rooms, Level::Full)])).await;
        let own = app.profile("Own", levels([(Screen::Rooms, Level::Full)])).await;
        app.user(UserSpec { username: "beside", grants: vec![Given::profile(&held)], ..UserSpec::default() }).await;
        let below = UserSpec { username: "below", company: Some(&north), grants: vec![Given::profile(&own)], ..UserSpec::default() };
        app.user(below).await;
        let mut browser = app.signed_in_as(UserSpec { company: Some(&north), ..manager(Levels::FULL) }).await;
        let change = json!({ "levels": { "rooms": "read" } });
        assert_eq!(browser.patch(&path(&held), "*", &change).await.expect(403).json()["code"], "outside_reach");
        browser.patch(&path(&own), "*", &change).await.expect(200);
    }

    async fn built_in_profile_is_duplicated_but_never_edited_or_deleted(app: TestApp) {
        let mut admin = app.admin().await;
        let builtin = app.administrator_profile().await;
        let other = app.profile("Other", Levels::FULL).await;
        for answer in [
            admin.patch(&path(&builtin), "*", &json!({ "name": "Boss" })).await,
            admin.delete(&path(&builtin)).await,
            admin.delete(&format!("{}?replacement={other}", path(&builtin))).await,
        ] {
            assert_eq!(answer.expect(409).json()["code"], "builtin");
        }
        let copy = admin.act(&format!("{}/duplicate", path(&builtin))).await.expect(201).json();
        assert_eq!((copy["name"].as_str(), copy["builtin"].as_bool()), (Some("Administrator copy"), Some(false)));
        admin.delete(&path(copy["id"].as_str().unwrap())).await.expect(204);
    }
}
