//! Places per profile: each profile has its own, and nothing that was left out counts everywhere.

use super::{body, fields, made};
use crate::access::{Levels, Screen};
use crate::testing::{Browser, TestApp, both, levels};
use serde_json::{Value, json};

struct World {
    admin: Browser,
    rooms: String,
    alerts: String,
    building: String,
}

async fn world(app: &TestApp) -> World {
    World {
        admin: app.admin().await,
        rooms: app.profile("Rooms", levels([(Screen::Rooms, crate::access::Level::Full)])).await,
        alerts: app.profile("Alerts", levels([(Screen::Alerts, crate::access::Level::Read)])).await,
        building: app.place(None, "building", "Building A").await,
    }
}

impl World {
    /// A new user with both profiles, and these places.
    fn user(&self, username: &str, places: Option<Value>, each: Value) -> Value {
        let mut new = body(username, &self.rooms);
        new["profiles"] = json!([self.rooms, self.alerts]);
        match places {
            Some(places) => new["places"] = places,
            None => {
                new.as_object_mut().unwrap().remove("places");
            }
        }
        new["profile_places"] = each;
        new
    }

    /// The same, as the console sends it.
    fn form(&self, places: &Value, each: &Value) -> Value {
        json!({ "new": {
            "username": "nora", "name": "Nora", "region": "europe", "phone": "", "email": "nora@example.com",
            "password": { "mode": "auto" }, "company_id": null, "description": "", "role": "owner",
            "profiles": [self.rooms, self.alerts], "places": places, "profile_places": each,
            "organization_levels": Levels::NONE,
        } })
    }
}

both! {
    async fn places_per_profile_that_leave_a_profile_out_are_refused(app: TestApp) {
        let mut world = world(&app).await;
        let (rooms, alerts, building) = (world.rooms.clone(), world.alerts.clone(), world.building.clone());
        let mistyped = "01900000-0000-7000-8000-000000000000";
        for (places, each, code) in [
            (None, json!({ &rooms: [building] }), "required"),
            (None, json!({ &rooms: [building], mistyped: [building] }), "unknown"),
            (None, json!({ &rooms: [building], &alerts: [building], "x": "everything" }), "unknown"),
            (None, json!({ &rooms: [building], &alerts: [] }), "required"),
            (Some(json!([building])), json!({ &rooms: [building], &alerts: [building] }), "not_allowed"),
            (Some(json!("everything")), json!({ &rooms: [building] }), "not_allowed"),
        ] {
            let form = world.form(&places.clone().unwrap_or_default(), &each);
            let new = world.user("nora", places, each.clone());
            let problem = world.admin.post("/api/v1/users", &new).await.expect(422).json();
            assert_eq!((fields(&problem), &problem["errors"][0]["code"]), (vec!["profile_places"], &json!(code)), "{each}");
            let refused = world.admin.call("users.create", &form).await.expect(422).json();
            assert_eq!(refused["fields"][0]["field"], "profile_places", "{each}");
        }
        let each = json!({ &rooms: [building], &alerts: "everything" });
        let new = world.user("nora", None, each.clone());
        assert_eq!(made(&mut world.admin, &new).await["profile_places"], each);
        let same = world.user("bert", Some(json!([building])), json!({}));
        assert_eq!(made(&mut world.admin, &same).await["places"], json!([building]), "an empty table says nothing");
    }

    async fn change_of_places_per_profile_widens_none_that_it_does_not_name(app: TestApp) {
        let mut world = world(&app).await;
        let (rooms, alerts, building) = (world.rooms.clone(), world.alerts.clone(), world.building.clone());
        let each = json!({ &rooms: [building], &alerts: "everything" });
        let new = world.user("nora", None, each.clone());
        let user = made(&mut world.admin, &new).await;
        let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
        let third = app.profile("Lights", levels([(Screen::Lighting, crate::access::Level::Read)])).await;
        for (change, code) in [
            (json!({ "profile_places": { &rooms: [building] } }), "required"),
            (json!({ "profile_places": { &rooms: [building], &third: [building] } }), "unknown"),
            (json!({ "places": "everything", "profile_places": each }), "not_allowed"),
            (json!({ "profiles": [rooms, alerts, third] }), "required"),
            (json!({ "profiles": [third] }), "required"),
        ] {
            let problem = world.admin.patch(&path, "*", &change).await.expect(422).json();
            assert_eq!((fields(&problem), &problem["errors"][0]["code"]), (vec!["profile_places"], &json!(code)), "{change}");
        }
        let empty = world.admin.patch(&path, "*", &json!({ "profile_places": {} })).await.expect(200).json();
        assert_eq!(empty["profile_places"], each, "an empty table changes nothing");
        let one = world.admin.patch(&path, "*", &json!({ "profiles": [rooms] })).await.expect(200).json();
        assert_eq!((&one["profiles"], &one["places"]), (&json!([rooms]), &json!([building])), "what stays keeps its place");
    }
}
