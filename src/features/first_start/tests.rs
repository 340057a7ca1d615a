use crate::access::{Level, Screen};
use crate::features::first_start::model::UNNAMED;
use crate::testing::{Browser, Given, TestApp, UserSpec, both, levels};
use serde_json::{Value, json};

const HOME: &str = "/";

/// How far the organization is set up.
async fn steps(admin: &mut Browser) -> Value {
    admin.call("first_start.steps", &json!({})).await.expect(200).json()
}

both! {
    async fn administrator_is_led_through_the_first_steps_until_there_is_a_user_with_a_profile_to_have(app: TestApp) {
        let mut admin = app.admin().await;
        assert_eq!(admin.get(HOME).await.header("location"), "/start");
        let page = admin.get("/start").await.expect(200).text;
        for said in ["Name the organization", "Harbour House", "1 of 4 steps done", "Create the first profile", "Add the first user", "Optional."] {
            assert!(page.contains(said), "{said}: {page}");
        }
        app.profile("Porter", levels([(Screen::Rooms, Level::Read)])).await;
        let steps = steps(&mut admin).await;
        assert_eq!((&steps["has_profile"], &steps["has_user"]), (&json!(true), &json!(false)));
        assert_eq!(admin.get(HOME).await.header("location"), "/start", "nobody has it yet");
        app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        assert_eq!(admin.get(HOME).await.header("location"), "/rooms");
        assert!(admin.get("/start").await.expect(200).text.contains("3 of 4 steps done"), "still there to be read");
    }

    async fn organization_counts_as_named_once_it_is_renamed(app: TestApp) {
        let mut admin = app.admin().await;
        let name = |name: &str| json!({ "name": name });
        admin.patch("/api/v1/settings", "*", &name(UNNAMED)).await.expect(200);
        assert!(admin.get("/start").await.text.contains("0 of 4 steps done"));
        admin.patch("/api/v1/settings", "*", &name("Quay")).await.expect(200);
        assert!(admin.get("/start").await.text.contains("1 of 4 steps done"));
    }

    async fn who_could_not_take_every_step_is_led_to_a_screen_and_refused_the_steps(app: TestApp) {
        let most = levels([(Screen::Users, Level::Full), (Screen::Profiles, Level::Full), (Screen::Settings, Level::Read)]);
        let mut nora = app.signed_in_as(UserSpec { username: "nora", grants: vec![Given::own(most)], ..UserSpec::default() }).await;
        assert_eq!(nora.get(HOME).await.header("location"), "/users");
        nora.call("first_start.steps", &json!({})).await.expect(403);
        nora.get("/start").await.expect(403);
    }

    async fn another_organization_s_users_and_profiles_are_not_counted(app: TestApp) {
        let other = app.organization("Quay").await;
        app.profile_of(&other, "Porter", levels([(Screen::Rooms, Level::Read)])).await;
        assert_eq!(steps(&mut app.admin().await).await["has_profile"], json!(false));
    }
}
