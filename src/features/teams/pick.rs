//! Searches for the forms: people to put into a team, devices to grant.

use super::members::seen;
use super::model::MemberRow;
use crate::access::{Level, Screen};
use crate::db::search::containing;
use crate::db::{Conn, Order, Query, search};
use crate::error::AppError;
use crate::rights::model::DeviceChoice;
use crate::server::{Call, reach, search_text};

/// More than anybody would look through in a drop-down list.
const MOST: i64 = 20;

/// Words of a search; more of them narrow nothing.
const WORDS: usize = 8;

const COLUMNS: &str = "select 'user' as kind, u.id, a.name, a.username, u.name_key, u.company_id,
        c.name as company_name, c.path as company_path, u.role, u.status, cast(null as bigint) as added_at";

const API_USERS: &str =
    "select 'api_user' as kind, u.id, u.name, cast(null as text) as username, u.name_key, u.company_id,
        c.name as company_name, c.path as company_path, u.role, u.status, cast(null as bigint) as added_at
    from api_users u cross join companies c where c.id = u.company_id";

/// Users by a part of name, username or email and API users by a part of the name, whom the caller may write.
pub async fn people(call: &Call, typed: &str) -> Result<Vec<MemberRow>, AppError> {
    let wanted = search_text::wanted(typed);
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let mut rows = users(call, conn, &wanted).await?;
    rows.extend(api_users(call, conn, &wanted).await?);
    rows.sort_by(|a, b| (&a.name_key, &a.member.id).cmp(&(&b.name_key, &b.member.id)));
    rows.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    Ok(rows.into_iter().map(|row| seen(call, row)).collect())
}

async fn users(call: &Call, conn: &mut Conn<'_>, wanted: &str) -> Result<Vec<MemberRow>, AppError> {
    let reached = |query: Query| reach::members(query, call.actor(), Screen::Members, Level::Full);
    let order = Order { column: "u.name_key", id: "u.id", descending: false };
    let query = Query::new(COLUMNS).then(
        "from users u cross join accounts a cross join companies c where a.id = u.account_id and c.id = u.company_id",
        [],
    );
    if wanted.is_empty() {
        let query = reached(query.then("and u.organization_id = ?", [call.organization_id().into()]));
        return Ok(query.page(&order, None, MOST).finish().rows(conn).await?);
    }
    let found = search::found(conn, call.organization_id(), wanted, "m.name_key");
    let found = reached(found.then("select u.id from found u where true", []));
    let found = found.page(&Order { column: "u.sort_key", ..order }, None, MOST).finish();
    let ids: Vec<(String,)> = found.rows(conn).await?;
    let ids: Vec<&str> = ids.iter().map(|row| row.0.as_str()).collect();
    // They are sorted with the API users.
    Ok(query.one_of(conn, "u.id", &ids).finish().rows(conn).await?)
}

async fn api_users(call: &Call, conn: &mut Conn<'_>, wanted: &str) -> Result<Vec<MemberRow>, AppError> {
    let query = Query::new(API_USERS).then("and u.organization_id = ?", [call.organization_id().into()]);
    let query = reach::members(query, call.actor(), Screen::Members, Level::Full);
    let query = match wanted {
        "" => query,
        text => query.then("and u.search_text like ? escape '\\'", [containing(text)]),
    };
    let order = Order { column: "u.name_key", id: "u.id", descending: false };
    Ok(query.page(&order, None, MOST).finish().rows(conn).await?)
}

const DEVICES: &str = "select p.id, p.name, p.full_name from places p
    left join places r on r.id = p.parent_id
    left join places f on f.id = r.parent_id
    left join places b on b.id = f.parent_id
    where p.retired = false and p.kind = 'device'";

/// Devices whose name, or that of a place above them, holds every word that was typed; slashes part words as blanks do.
pub async fn devices(call: &Call, typed: &str) -> Result<Vec<DeviceChoice>, AppError> {
    let words = typed.split(|c: char| c.is_whitespace() || c == '/').map(search_text::wanted);
    let words = words.filter(|word| !word.is_empty()).take(WORDS);
    let query = Query::new(DEVICES).then("and p.organization_id = ?", [call.organization_id().into()]);
    let query = reach::places(query, call.actor(), Screen::Devices, Level::Read, call.now());
    let query = words.fold(query, |query, word| {
        query.then(
            "and coalesce(b.search_text, '') || '/' || coalesce(f.search_text, '') || '/'
                || coalesce(r.search_text, '') || '/' || p.search_text like ? escape '\\'",
            [containing(&word)],
        )
    });
    let mut held = call.read().await?;
    let rows: Vec<(String, String, String)> =
        query.then("order by p.sort_path", []).limit(MOST).finish().rows(&mut held.conn()).await?;
    Ok(rows.into_iter().map(|(id, name, full_name)| DeviceChoice { id, name, full_name }).collect())
}
