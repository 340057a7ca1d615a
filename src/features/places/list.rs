//! The lists of places: two orders, each one walk along an index, filtered by kind, place, name and reach.

use super::model::{Listed, PlaceKind, PlaceQuery, Within};
use super::store::{self, PlaceRow};
use crate::access::{Actor, Level, Screen};
use crate::db::search::containing;
use crate::db::{Order, Query, Statement};
use crate::error::AppError;
use crate::server::clock::is_id;
use crate::server::cursor::{self, Cut, Holds, Start, Value};
use crate::server::rest::limit;
use crate::server::{reach, search_text};
use crate::types::Millis;

/// A list that was asked for, understood.
pub struct Wanted<'a> {
    listed: Listed,
    query: &'a PlaceQuery,
    sort: &'static str,
    order: Order,
    pub start: Start,
    kind: Option<PlaceKind>,
    pub limit: i64,
}

impl<'a> Wanted<'a> {
    /// Fails with 400 on a sort, kind, id, limit or cursor that does not exist.
    pub fn new(listed: Listed, query: &'a PlaceQuery) -> Result<Wanted<'a>, AppError> {
        let (sort, column, descending) = match query.sort.as_str() {
            "" | "place" => ("place", "p.sort_path", false),
            "-place" => ("-place", "p.sort_path", true),
            "name" => ("name", "p.name_key", false),
            "-name" => ("-name", "p.name_key", true),
            _ => return Err(refused("sort")),
        };
        check(&query.within)?;
        let kind = match query.kind.as_str() {
            "" => None,
            code => {
                let named = PlaceKind::DEVICES.into_iter().find(|kind| kind.code() == code && listed.holds(*kind));
                Some(named.ok_or_else(|| refused("kind"))?)
            }
        };
        Ok(Wanted {
            listed,
            query,
            sort,
            order: Order { column, id: "p.id", descending },
            start: cursor::decode(sort, &query.cursor, Holds::Text)?,
            kind,
            limit: limit(query.limit)?,
        })
    }

    /// One row more than the page, to know whether there is a next.
    pub fn rows(&self, actor: &Actor, now: Millis) -> Statement {
        let query = self.conditions(Query::new(store::SELECT), actor, now);
        query.page(&self.order, self.start.after.clone(), self.limit + 1).finish()
    }

    /// How many match, counted up to the limit.
    pub fn counted(&self, actor: &Actor, now: Millis) -> Statement {
        const COUNT: &str = "select count(*) from (select 1 as one from places p where p.retired = false";
        let query = self.conditions(Query::new(COUNT), actor, now);
        query.counted()
    }

    pub fn next(&self, cut: &Cut<PlaceRow>) -> Option<String> {
        let by_name = self.order.column == "p.name_key";
        cut.next(self.sort, |row| {
            let value = if by_name { &row.name_key } else { &row.sort_path };
            (Value::Text(value.clone()), &row.id)
        })
    }

    fn conditions(&self, query: Query, actor: &Actor, now: Millis) -> Query {
        let query = query.then("and p.organization_id = ?", [actor.organization_id.as_str().into()]);
        let query = of_kind(query, self.listed, self.kind);
        let query = within(within_reach(query, actor, self.listed.screen(), now), actor, &self.query.within);
        match search_text::wanted(&self.query.q).as_str() {
            "" => query,
            wanted => query.then("and p.search_text like ? escape '\\'", [containing(wanted)]),
        }
    }
}

fn refused(what: &str) -> AppError {
    AppError::bad_request("invalid_parameter", format!("There is no such {what}."))
}

/// Fails with 400 on what is no id; an id that nothing has leaves an empty list.
pub fn check(within: &Within) -> Result<(), AppError> {
    let ids = [&within.building_id, &within.floor_id, &within.room_id];
    if ids.into_iter().all(|id| id.is_empty() || is_id(id)) { Ok(()) } else { Err(refused("place")) }
}

fn of_kind(query: Query, listed: Listed, kind: Option<PlaceKind>) -> Query {
    match (listed, kind) {
        (_, Some(kind)) => query.then("and p.device_kind = ?", [kind.code().into()]),
        (Listed::Buildings, None) => query.then("and p.kind = 'building'", []),
        (Listed::Floors, None) => query.then("and p.kind = 'floor'", []),
        (Listed::Rooms, None) => query.then("and p.kind = 'room'", []),
        (Listed::Devices, None) => query.then("and p.kind = 'device'", []),
        (Listed::Lights, None) => query.then("and p.device_kind = 'light'", []),
        (Listed::Hvac, None) => query.then("and p.device_kind = 'hvac'", []),
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

/// Keeps the places `p` that stand in, or are, the chosen ones.
pub fn within(query: Query, actor: &Actor, within: &Within) -> Query {
    let chosen = [&within.building_id, &within.floor_id, &within.room_id];
    chosen.into_iter().filter(|id| !id.is_empty()).fold(query, |query, id| {
        let (id, organization) = (id.as_str(), actor.organization_id.as_str());
        query.then(
            "and p.sort_path >= (select w.sort_path from places w where w.id = ? and w.organization_id = ?)
            and p.sort_path < (select substr(w.sort_path, 1, length(w.sort_path) - 1) || '0' from places w
                where w.id = ? and w.organization_id = ?)",
            [id.into(), organization.into(), id.into(), organization.into()],
        )
    })
}

/// Buildings and floors within reach on a screen, in the order that people count, to narrow a list to.
pub fn options(actor: &Actor, screen: Screen, now: Millis) -> Statement {
    let query = Query::new(store::SELECT)
        .then("and p.organization_id = ?", [actor.organization_id.as_str().into()])
        .then("and p.kind in ('building', 'floor')", []);
    within_reach(query, actor, screen, now).then("order by p.sort_path limit ?", [OPTIONS.into()]).finish()
}

/// More buildings and floors than anybody would look through in a drop-down list.
const OPTIONS: i64 = 2_000;
