//! The list of profiles.

use super::PROFILES;
use crate::access::{Level, Levels, Screen};
use crate::db::STATEMENTS;
use crate::testing::{TestApp, both, levels};
use serde_json::{Value, json};
use std::cell::Cell;

both! {
    async fn list_is_sorted_searched_and_paged(app: TestApp) {
        let mut admin = app.admin().await;
        for name in ["beta", "Alpha", "100%", "a_b", "axb", "Zoë"] {
            app.profile(name, levels([(Screen::Rooms, Level::Read)])).await;
        }
        let elsewhere = app.organization("Elsewhere").await;
        app.profile_of(&elsewhere, "Theirs", Levels::FULL).await;
        let names = |page: &Value| -> Vec<String> {
            page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
        };
        let all = ["100%", "a_b", "Administrator", "Alpha", "axb", "beta", "Zoë"];
        let page = admin.get(PROFILES).await.expect(200).json();
        assert_eq!((names(&page), &page["count"], &page["next_cursor"]), (all.map(String::from).to_vec(), &json!(7), &Value::Null));

        for (sort, expected) in [("name", all.to_vec()), ("-name", all.iter().rev().copied().collect())] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            for _ in 0..3 {
                let page = admin.get(&format!("{PROFILES}?limit=3&sort={sort}&cursor={cursor}")).await.expect(200).json();
                seen.extend(names(&page));
                cursor = page["next_cursor"].as_str().unwrap_or_default().to_owned();
            }
            assert_eq!((seen, cursor.as_str()), (expected.into_iter().map(String::from).collect(), ""));
        }
        for (q, expected) in [("%25", vec!["100%"]), ("_", vec!["a_b"]), ("ZOE%CC%88", vec!["Zoë"]), ("ALPH", vec!["Alpha"]), ("none", vec![])] {
            let page = admin.get(&format!("{PROFILES}?q={q}")).await.expect(200).json();
            assert_eq!((names(&page), page["count"].as_u64()), (expected.iter().map(|n| (*n).to_owned()).collect(), Some(expected.len() as u64)));
        }
        let cursor = admin.get(&format!("{PROFILES}?limit=1")).await.json()["next_cursor"].as_str().unwrap().to_owned();
        for wrong in ["limit=0", "limit=201", "limit=x", "sort=users", "colour=red", "cursor=x", &format!("sort=-name&cursor={cursor}")] {
            admin.get(&format!("{PROFILES}?{wrong}")).await.expect(400);
        }
    }

    async fn list_costs_the_same_however_many_rows(app: TestApp) {
        let mut admin = app.admin().await;
        let mut counted = Vec::new();
        for n in 0..2 {
            for m in 0..20 * n {
                app.profile(&format!("{m}"), Levels::FULL).await;
            }
            let run = async {
                admin.get(PROFILES).await.expect(200);
                STATEMENTS.with(Cell::get)
            };
            counted.push(STATEMENTS.scope(Cell::new(0), run).await);
        }
        assert_eq!(counted[0], counted[1]);
        // Session and grants, then rows, count and levels.
        assert!((4..=5).contains(&counted[0]), "{counted:?}");
    }
}
