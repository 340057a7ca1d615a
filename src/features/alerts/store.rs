//! The list of open alerts: one walk along their time, filtered by place, severity, text and reach.

use super::model::{Alert, Severity};
use crate::access::Screen;
use crate::db::search::containing;
use crate::db::{Conn, DbError, Query};
use crate::features::places::{list, store as places};
use crate::resource::list::{Filter, Listing, Search, Sort, Takes, Viewer, one_of};

/// An alert as it is stored.
#[derive(sqlx::FromRow)]
pub struct AlertRow {
    #[sqlx(flatten)]
    pub alert: Alert,
    pub place_path: String,
}

impl From<AlertRow> for Alert {
    fn from(row: AlertRow) -> Alert {
        Alert { above: places::above(&row.place_path), ..row.alert }
    }
}

/// `cross join` keeps SQLite to this order of tables.
const SELECT: &str = "select a.id, a.severity, a.message, a.place_id, p.full_name as place_name, p.path as place_path,
        a.raised_at, a.acknowledged_at, a.cleared_at
    from alerts a cross join places p where p.id = a.place_id and p.retired = false";

pub async fn find(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<Option<AlertRow>, DbError> {
    let query = Query::new(SELECT).then("and a.id = ? and a.organization_id = ?", [id.into(), organization_id.into()]);
    Ok(query.finish().rows(conn).await?.pop())
}

const COUNT: &str = "select count(*) from (select 1 as one from alerts a cross join places p
    where p.id = a.place_id and p.retired = false";

pub static LISTING: Listing<AlertRow> = Listing {
    sorts: &[Sort::int("raised", "a.raised_at", |row| row.alert.raised_at.0)],
    order: "-raised",
    id: ("a.id", |row| &row.alert.id),
    search: Some(Search {
        about: "Part of the message or of the place's name.",
        keep: |query, wanted| {
            query.then(
                "and (a.search_text like ? escape '\\' or p.search_text like ? escape '\\')",
                [containing(wanted), containing(wanted)],
            )
        },
    }),
    filters: &[
        Filter::id("building_id", list::stands_in),
        Filter::id("floor_id", list::stands_in),
        Filter::id("room_id", list::stands_in),
        Filter::new(
            "severity",
            Takes::Words(|code| Severity::from_code(code).is_some(), |_| one_of(Severity::ALL.map(Severity::code))),
            |query, _, severity| query.then("and a.severity = ?", [severity.into()]),
        ),
        Filter::new(
            "acknowledged",
            Takes::Words(|word| TRUTH.contains(&word), |_| one_of(TRUTH)),
            |query, _, wanted| {
                query.then(
                    if wanted == "true" {
                        "and a.acknowledged_at is not null"
                    } else {
                        "and a.acknowledged_at is null"
                    },
                    [],
                )
            },
        ),
    ],
};

const TRUTH: [&str; 2] = ["true", "false"];

/// The open alerts within the viewer's reach, and the same to be counted.
pub fn within_reach(viewer: &Viewer<'_>) -> [Query; 2] {
    [SELECT, COUNT].map(|start| {
        let organization = viewer.actor.organization_id.as_str();
        let query = Query::new(start).then("and a.organization_id = ? and a.cleared_at is null", [organization.into()]);
        list::within_reach(query, viewer.actor, Screen::Alerts, viewer.now)
    })
}
