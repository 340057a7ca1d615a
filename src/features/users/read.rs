//! Users as their list, form and dialogs show them.

use super::list::{self, Users};
use super::model::{AccessLine, FormChoices, ProfileName, Region, Rights, User, UserFilters, UserView, WhatFollows};
use super::rights::{self, UserRights};
use super::store::{self, UserRow};
use crate::access::{Actor, Gift, Grant, Level, Levels, Need, Role, SCREENS, Screen, Target, may_give};
use crate::db::{Conn, DbError};
use crate::error::AppError;
use crate::features::{companies, places};
use crate::rights::model::ProfileChoice;
use crate::rights::store as grants;
use crate::server::clock::is_id;
use crate::server::cursor::Cut;
use crate::server::identity::find_actor;
use crate::server::{Call, api_keys};
use crate::types::{Count, Instant, ListQuery, Page, Status};
use std::collections::{BTreeMap, BTreeSet};

/// One page of the users that the caller may see: three statements, whatever its size.
pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<UserView>, AppError> {
    let query = list::renamed(query);
    let users = Users::new(&query)?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let page = if users.searches() {
        found(users, conn, call.actor()).await?
    } else {
        let (rows, count) = (users.rows(conn, call.actor()), users.counted(call.actor()));
        let rows = rows.packed(conn).await?;
        users.0.cut(call, conn, rows, count).await?
    };
    Ok(Page { items: with_rights(conn, call, page.items).await?, next_cursor: page.next_cursor, count: page.count })
}

/// What is found and how many there are, from one look at the search index. A search that took all the candidates that it
/// may has perhaps more to find.
async fn found(users: Users<'_>, conn: &mut Conn<'_>, actor: &Actor) -> Result<Page<UserRow>, DbError> {
    let found = users.found(conn, actor).rows::<(Option<String>, i64, bool)>(conn).await?;
    let (count, stopped) = found.first().map(|(_, count, stopped)| (*count, *stopped)).unwrap_or_default();
    let count = Count::capped(count).at_least_if(stopped);
    let ids: Vec<&str> = found.iter().filter_map(|(id, _, _)| id.as_deref()).collect();
    let mut by_id: BTreeMap<String, UserRow> = BTreeMap::new();
    if !ids.is_empty() {
        let rows: Vec<UserRow> = users.of(conn, &ids).packed(conn).await?;
        by_id.extend(rows.into_iter().map(|row| (row.id.clone(), row)));
    }
    let rows = ids.into_iter().filter_map(|id| by_id.remove(id)).collect();
    Ok(users.0.finish(Cut::of(rows, users.0.limit, count)))
}

async fn with_rights(conn: &mut Conn<'_>, call: &Call, rows: Vec<UserRow>) -> Result<Vec<UserView>, DbError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut held = rights::of_users(conn, call.organization_id(), &ids, call.now()).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let held = held.remove(&row.id).unwrap_or_default();
            view(call.actor(), row, held)
        })
        .collect())
}

fn view(viewer: &Actor, row: UserRow, held: UserRights) -> UserView {
    let Rights { profiles, places, profile_places, organization_levels } = held.rights;
    UserView {
        own: row.id == viewer.subject_id,
        home: row.home_organization_id.as_deref() == Some(viewer.organization_id.as_str()),
        company_name: row.company_name,
        profile_names: held.profile_names,
        levels: held.levels,
        reach: held.reach,
        user: User {
            id: row.id,
            username: row.username,
            name: row.name,
            email: row.email,
            region: Region::from_code(&row.region).unwrap_or_default(),
            phone: row.phone,
            company_id: row.company_id,
            role: Role::from_stored(row.role),
            profiles,
            places,
            profile_places,
            organization_levels,
            description: row.description,
            status: Status::from(row.status),
            last_sign_in_at: (row.last_sign_in_at > 0).then_some(Instant(row.last_sign_in_at)),
            version: row.version,
            temporary_password: None,
            password_mailed_to: None,
        },
    }
}

/// A row within reach, at `level`; missing and out of reach are one answer.
pub async fn find(call: &Call, conn: &mut Conn<'_>, id: &str, level: Level) -> Result<UserRow, AppError> {
    let row = if is_id(id) { store::find(conn, call.organization_id(), id).await? } else { None };
    let row = row.ok_or_else(AppError::not_found)?;
    call.require(&need(call, &row, level)).await?;
    Ok(row)
}

/// What it takes to read or write this row.
pub fn need(call: &Call, row: &UserRow, level: Level) -> Need {
    let own = row.id == call.actor().subject_id;
    let target = Target::Member { company: row.company_path.clone(), rank: Role::from_stored(row.role), own };
    Need { screen: Screen::Users, level, target }
}

pub async fn get(call: &Call, id: &str) -> Result<UserView, AppError> {
    let mut held = call.read().await?;
    let row = find(call, &mut held.conn(), id, Level::Read).await?;
    one(call, &mut held.conn(), row).await
}

pub async fn one(call: &Call, conn: &mut Conn<'_>, row: UserRow) -> Result<UserView, AppError> {
    let mut users = with_rights(conn, call, vec![row]).await?;
    users.pop().ok_or_else(AppError::not_found)
}

/// What the forms offer: nothing that the caller could not give.
pub async fn choices(call: &Call) -> Result<FormChoices, AppError> {
    let companies = companies::ops::choices(call).await?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let actor = call.actor();
    let possible = |levels: &Levels| {
        let anywhere = actor.grants.iter().map(|grant| grant.place.as_ref().map(|place| place.path.as_str()));
        let mut places: Vec<Option<&str>> = anywhere.collect();
        places.dedup();
        places.into_iter().any(|place| may_give(actor, &Gift { levels: *levels, place, until: None }).is_ok())
    };
    let profiles = store::profile_choices(conn, call.organization_id()).await?;
    let profiles: Vec<ProfileChoice> = profiles
        .into_iter()
        .filter(|profile| possible(&profile.2))
        .map(|(id, name, levels)| ProfileChoice { id, name, levels })
        .collect();
    let (places, everything) = places::ops::choices(call, conn).await?;
    let mail = call.state().config.mail.is_some();
    Ok(FormChoices { companies, profiles, places, roles: actor.role.may_give().to_vec(), everything, mail })
}

/// What the list can be narrowed to.
pub async fn filters(call: &Call) -> Result<UserFilters, AppError> {
    let companies = companies::ops::choices(call).await?;
    let mut held = call.read().await?;
    let profiles = store::profile_choices(&mut held.conn(), call.organization_id()).await?;
    let profiles = profiles.into_iter().map(|(id, name, _)| ProfileName { id, name }).collect();
    Ok(UserFilters { companies, profiles })
}

/// *Effective access*: per screen the level, where, and what gave it.
pub async fn access(call: &Call, id: &str) -> Result<Vec<AccessLine>, AppError> {
    Ok(lines(&effective(call, id).await?))
}

/// A user within reach as an actor, with all of its live grants, whether it may enter now or not.
pub async fn effective(call: &Call, id: &str) -> Result<Actor, AppError> {
    let mut held = call.read().await?;
    find(call, &mut held.conn(), id, Level::Read).await?;
    let actor = find_actor(&mut held.conn(), call.organization_id(), id, call.now()).await?;
    Ok(Actor { gate: None, ..actor.ok_or_else(AppError::not_found)? })
}

/// The grants of an actor, read the way `decide` reads them: one line per screen, level and source, so that each says
/// which of them gives which place.
pub fn lines(actor: &Actor) -> Vec<AccessLine> {
    let opened = SCREENS.iter().map(|row| row.screen).filter(|screen| actor.level(*screen) > Level::None);
    opened.flat_map(|screen| [Level::Full, Level::Read].map(|level| of_level(actor, screen, level))).flatten().collect()
}

fn of_level(actor: &Actor, screen: Screen, level: Level) -> Vec<AccessLine> {
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let counts = |grant: &&Grant| grant.levels.get(screen) == level && (screen.has_places() || grant.place.is_none());
    for grant in actor.grants.iter().filter(counts) {
        let place = grant.place.as_ref().map_or_else(|| "Everywhere".to_owned(), |place| place.full_name.clone());
        places.entry(grant.reason()).or_default().insert(place);
    }
    let line = |(source, places): (String, BTreeSet<String>)| AccessLine {
        screen,
        level,
        places: places.into_iter().collect(),
        sources: vec![source],
    };
    places.into_iter().map(line).collect()
}

/// What disabling or deleting a user would end.
pub async fn consequences(call: &Call, id: &str) -> Result<WhatFollows, AppError> {
    let mut held = call.read().await?;
    let row = find(call, &mut held.conn(), id, Level::Read).await?;
    let sessions = store::sessions_here(&mut held.conn(), &row.account_id, call.organization_id()).await?;
    let grants = grants::count_grants(&mut held.conn(), call.organization_id(), id).await?;
    let keys = api_keys::live_names(&mut held.conn(), id, call.now()).await?;
    let mail = goes_by_mail(call, &row.email);
    Ok(WhatFollows { sessions: i64::try_from(sessions.len()).unwrap_or(0), grants, keys, mail })
}

/// Whether a password that is made goes by mail; else it is shown once.
pub fn goes_by_mail(call: &Call, email: &str) -> bool {
    call.state().config.mail.is_some() && !email.is_empty()
}
