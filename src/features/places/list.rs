//! The lists of places: two orders, each one walk along an index, filtered by kind, place, name and reach.

use super::model::{PlaceKind, PlaceList};
use super::store::{self, PlaceRow};
use crate::access::{Actor, Level, Screen};
use crate::db::search::containing;
use crate::db::{Query, Statement};
use crate::error::AppError;
use crate::resource::list::{Filter, Listing, Search, Sort, Takes, Viewer, by_hand, one_of};
use crate::server::reach;
use crate::types::Millis;

pub static LISTING: Listing<PlaceRow> = Listing {
    sorts: &[
        Sort::text("place", "p.sort_path", |row| &row.sort_path),
        Sort::text("name", "p.name_key", |row| &row.name_key),
    ],
    order: "place",
    id: ("p.id", |row| &row.place.id),
    search: Some(Search {
        about: "Part of the name.",
        keep: |query, wanted| query.then("and p.search_text like ? escape '\\'", [containing(wanted)]),
    }),
    filters: &[
        Filter::id("building_id", stands_in),
        Filter::id("floor_id", stands_in),
        Filter::id("room_id", stands_in),
        Filter::new(
            "kind",
            Takes::Words(|code| device(code).is_some(), |_| one_of(PlaceKind::DEVICES.map(PlaceKind::code))),
            by_hand,
        )
        .about("Only for lists of devices."),
    ],
};

fn device(code: &str) -> Option<PlaceKind> {
    PlaceKind::DEVICES.into_iter().find(|kind| kind.code() == code)
}

/// What is listed within the viewer's reach, of one kind or of all, and the same to be counted. Fails with 400 on a kind
/// that this list has none of.
pub fn within_screen(listed: PlaceList, kind: &str, viewer: &Viewer<'_>) -> Result<[Query; 2], AppError> {
    const COUNT: &str = "select count(*) from (select 1 as one from places p where p.retired = false";
    let kind = device(kind);
    if kind.is_some_and(|kind| !listed.holds(kind)) {
        return Err(AppError::bad_request("invalid_parameter", "There is no such kind."));
    }
    Ok([store::SELECT, COUNT].map(|start| {
        let query = Query::new(start).then("and p.organization_id = ?", [viewer.actor.organization_id.as_str().into()]);
        within_reach(of_kind(query, listed, kind), viewer.actor, listed.screen(), viewer.now)
    }))
}

fn of_kind(query: Query, listed: PlaceList, kind: Option<PlaceKind>) -> Query {
    match (listed, kind) {
        (_, Some(kind)) => query.then("and p.device_kind = ?", [kind.code().into()]),
        (PlaceList::Buildings, None) => query.then("and p.kind = 'building'", []),
        (PlaceList::Floors, None) => query.then("and p.kind = 'floor'", []),
        (PlaceList::Rooms, None) => query.then("and p.kind = 'room'", []),
        (PlaceList::Devices, None) => query.then("and p.kind = 'device'", []),
        (PlaceList::Lights, None) => query.then("and p.device_kind = 'light'", []),
        (PlaceList::Hvac, None) => query.then("and p.device_kind = 'hvac'", []),
    }
}

/// Keeps the places `p` that the actor may read on a screen.
///
/// An actor without a grant on everything gets a range around its grants besides, so that the list of one floor does
/// not walk past every room of the organization. It only narrows the walk: `reach::places` alone says what is kept.
pub fn within_reach(query: Query, actor: &Actor, screen: Screen, now: Millis) -> Query {
    let query = reach::places(query, actor, screen, Level::Read, now);
    let everywhere = actor.grants.iter().any(|grant| grant.place.is_none() && grant.levels.get(screen) >= Level::Read);
    if everywhere {
        return query;
    }
    let bound = |query: Query, fragment: &'static str| {
        reach::granted(query.then(fragment, [actor.organization_id.as_str().into()]), actor).then(")", [])
    };
    let query = bound(
        query,
        "and p.sort_path >= (select min(gp.sort_path) from grants g join places gp on gp.id = g.place_id
            where g.organization_id = ?",
    );
    bound(
        query,
        "and p.sort_path < (select max(gp.sort_path || '~') from grants g join places gp on gp.id = g.place_id
            where g.organization_id = ?",
    )
}

/// Keeps the places `p` that stand in, or are, a chosen one.
pub fn stands_in(query: Query, viewer: &Viewer<'_>, id: &str) -> Query {
    let organization = viewer.actor.organization_id.as_str();
    query.then(
        "and p.sort_path >= (select w.sort_path from places w where w.id = ? and w.organization_id = ?)
            and p.sort_path < (select substr(w.sort_path, 1, length(w.sort_path) - 1) || '0' from places w
                where w.id = ? and w.organization_id = ?)",
        [id.into(), organization.into(), id.into(), organization.into()],
    )
}

/// Buildings and floors within reach on a screen, in the order that people count, to narrow a list to.
pub fn options(actor: &Actor, screen: Screen, now: Millis) -> Statement {
    let query = Query::new(store::SELECT)
        .then("and p.organization_id = ?", [actor.organization_id.as_str().into()])
        .then("and p.kind in ('building', 'floor')", []);
    within_reach(query, actor, screen, now).then("order by p.sort_path", []).limit(OPTIONS).finish()
}

/// More buildings and floors than anybody would look through in a drop-down list.
const OPTIONS: i64 = 2_000;
