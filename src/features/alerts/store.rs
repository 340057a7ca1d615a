//! The list of open alerts: one walk along their time, filtered by place, severity, text and reach.

use super::model::{Alert, AlertQuery, Severity};
use crate::access::{Actor, Screen};
use crate::db::search::containing;
use crate::db::{Conn, DbError, Order, Query, Statement};
use crate::error::AppError;
use crate::features::places::{list, store as places};
use crate::server::cursor::{self, Cut, Holds, Start, Value};
use crate::server::rest::limit;
use crate::server::search_text;
use crate::types::Millis;

#[derive(sqlx::FromRow)]
pub struct AlertRow {
    pub id: String,
    pub severity: String,
    pub message: String,
    pub place_id: String,
    pub place_name: String,
    pub place_path: String,
    pub raised_at: Millis,
    pub acknowledged_at: Option<Millis>,
    pub cleared_at: Option<Millis>,
}

impl From<AlertRow> for Alert {
    fn from(row: AlertRow) -> Alert {
        Alert {
            // What cannot be read is not played down.
            severity: Severity::from_code(&row.severity).unwrap_or(Severity::Critical),
            above: places::above(&row.place_path),
            id: row.id,
            message: row.message,
            place_id: row.place_id,
            place_name: row.place_name,
            raised_at: row.raised_at,
            acknowledged_at: row.acknowledged_at,
            cleared_at: row.cleared_at,
        }
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

/// A list that was asked for, understood.
pub struct Wanted<'a> {
    query: &'a AlertQuery,
    sort: &'static str,
    order: Order,
    pub start: Start,
    pub limit: i64,
}

impl<'a> Wanted<'a> {
    /// Fails with 400 on a sort, severity, id, limit or cursor that does not exist.
    pub fn new(query: &'a AlertQuery) -> Result<Wanted<'a>, AppError> {
        let refused = |what: &str| AppError::bad_request("invalid_parameter", format!("There is no such {what}."));
        let (sort, descending) = match query.sort.as_str() {
            "" | "-raised" => ("-raised", true),
            "raised" => ("raised", false),
            _ => return Err(refused("sort")),
        };
        if !query.severity.is_empty() && Severity::from_code(&query.severity).is_none() {
            return Err(refused("severity"));
        }
        if !["", "true", "false"].contains(&query.acknowledged.as_str()) {
            return Err(AppError::bad_request("invalid_parameter", "acknowledged is true or false."));
        }
        list::check(&query.within)?;
        Ok(Wanted {
            query,
            sort,
            order: Order { column: "a.raised_at", id: "a.id", descending },
            start: cursor::decode(sort, &query.cursor, Holds::Int)?,
            limit: limit(query.limit)?,
        })
    }

    /// One row more than the page, to know whether there is a next.
    pub fn rows(&self, actor: &Actor, now: Millis) -> Statement {
        let query = self.conditions(Query::new(SELECT), actor, now);
        query.page(&self.order, self.start.after.clone(), self.limit + 1).finish()
    }

    /// How many match, counted up to the limit.
    pub fn counted(&self, actor: &Actor, now: Millis) -> Statement {
        const COUNT: &str = "select count(*) from (select 1 as one from alerts a cross join places p
            where p.id = a.place_id and p.retired = false";
        let query = self.conditions(Query::new(COUNT), actor, now);
        query.counted()
    }

    pub fn next(&self, cut: &Cut<AlertRow>) -> Option<String> {
        cut.next(self.sort, |row| (Value::Int(row.raised_at), &row.id))
    }

    fn conditions(&self, query: Query, actor: &Actor, now: Millis) -> Query {
        let organization = actor.organization_id.as_str();
        let query = query.then("and a.organization_id = ? and a.cleared_at is null", [organization.into()]);
        let query = list::within_reach(query, actor, Screen::Alerts, now);
        let query = list::within(query, actor, &self.query.within);
        let query = match self.query.severity.as_str() {
            "" => query,
            severity => query.then("and a.severity = ?", [severity.into()]),
        };
        let query = match self.query.acknowledged.as_str() {
            "" => query,
            "true" => query.then("and a.acknowledged_at is not null", []),
            _ => query.then("and a.acknowledged_at is null", []),
        };
        match search_text::wanted(&self.query.q).as_str() {
            "" => query,
            wanted => query.then(
                "and (a.search_text like ? escape '\\' or p.search_text like ? escape '\\')",
                [containing(wanted), containing(wanted)],
            ),
        }
    }
}
