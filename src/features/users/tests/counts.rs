//! How many there are, told again without counting.

use super::plans::{administrator, fill};
use crate::db::{STATEMENTS, exec};
use crate::testing::{Browser, TestApp, both};
use std::cell::Cell;

/// The count of disabled users, and how many statements that took.
async fn disabled(browser: &Browser) -> (i64, u32) {
    let mut browser = browser.clone();
    STATEMENTS
        .scope(Cell::new(0), async {
            let list = browser.get("/api/v1/users?status=disabled&limit=1").await.expect(200).json();
            (list["count"].as_i64().unwrap(), STATEMENTS.with(Cell::get))
        })
        .await
}

both! {
    async fn count_of_a_long_list_holds_until_somebody_changes_something(app: TestApp) {
        let actor = administrator(&app).await;
        fill(&app, &actor.organization_id).await;
        let mut write = app.system().write().await.unwrap();
        exec!(write.conn(), "update users set status = 'disabled' where created_at % 4 = 0 and id like '00000000-%'").unwrap();
        write.commit_unlogged().await.unwrap();
        let mut admin = app.admin().await;
        let active = admin.get("/api/v1/users?status=active&limit=5").await.expect(200).json();
        let ((first, counted), (second, known)) = (disabled(&admin).await, disabled(&admin).await);
        assert!((1_000..10_000).contains(&first), "{first}");
        assert_eq!((second, known), (first, counted - 1), "one statement less");
        let mut users = active["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap());
        let user = users.find(|id| id.starts_with("00000000-")).unwrap();
        admin.act(&format!("/api/v1/users/{user}/disable")).await.expect(200);
        assert_eq!(disabled(&admin).await.0, first + 1);
        app.clock.advance(10_000);
        assert_eq!(disabled(&admin).await, (first + 1, counted), "counted again after a while");
    }
}
