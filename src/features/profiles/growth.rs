//! Who gains what when a profile is deleted and another one takes its place.

use super::model::{Gain, Growth};
use super::ops::{find_replacement, may_change};
use crate::access::{Level, SCREENS, Screen};
use crate::db::{Conn, DbError, rows};
use crate::error::AppError;
use crate::server::Call;

/// More who gain something than would be seen to at a glance.
const MANY: i64 = 10;

pub async fn growth(call: &Call, id: &str, replacement: &str) -> Result<Growth, AppError> {
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    may_change(call, conn, id).await?;
    let other = find_replacement(call, conn, id, replacement).await?;
    let (of_screens, [users, api_users]) = gains(call, conn, id, &other.id).await?;
    let many = users + api_users > if other.builtin { 0 } else { MANY };
    Ok(Growth { users, api_users, gains: of_screens, many })
}

/// The screens on which the replacement opens more, each with how many gain it, and how many gain anything.
async fn gains(call: &Call, conn: &mut Conn<'_>, id: &str, other: &str) -> Result<(Vec<Gain>, [i64; 2]), DbError> {
    let (organization, now, placed) = (call.organization_id(), call.now(), placed());
    let counted = rows!(conn, (String, i64, String, i64), BY_SCREEN, organization, id, other, now, placed.as_str())?;
    let whole = rows!(conn, (String, i64), IN_ALL, organization, id, other, now, placed.as_str())?;
    let in_all = |kind: &str| whole.iter().find(|(of, _)| of == kind).map_or(0, |(_, count)| *count);
    let gain = |row: &crate::access::ScreenRow| {
        let here = || counted.iter().filter(|(screen, ..)| screen == row.code);
        let of = |kind: &str| here().find(|(_, _, of, _)| of == kind).map_or(0, |(.., count)| *count);
        let level = here().next().map(|(_, level, ..)| Level::from_stored(*level))?;
        Some(Gain { screen: row.screen, level, users: of("user"), api_users: of("api_user") })
    };
    Ok((SCREENS.iter().filter_map(gain).collect(), [in_all("user"), in_all("api_user")]))
}

/// The screens whose rows stand in places: `,rooms,alerts,`.
fn placed() -> String {
    let placed = SCREENS.iter().map(|row| row.screen).filter(|screen| screen.has_places());
    format!(",{},", placed.map(Screen::code).collect::<Vec<_>>().join(","))
}

/// `wants`: what the replacement ($3) opens beyond the profile ($2). `held`: who has the profile now or later, themselves or through a team, and where.
/// `gained`: those of them who have that from nowhere else; a screen without places ($5 names the others) opens to nobody who has the profile at a place.
macro_rules! gained {
    ($select:literal) => {
        concat!(
            "with wants as (
                select r.screen, r.level from levels r where r.owner_id = $3 and r.level >
                    coalesce((select x.level from levels x where x.owner_id = $2 and x.screen = r.screen), 0)),
            held as (
                select g.subject_kind as kind, g.subject_id as member_id, g.place_id, p.path
                from grants g left join places p on p.id = g.place_id
                where g.profile_id = $2 and g.organization_id = $1 and g.subject_kind in ('user', 'api_user')
                    and (g.until_at is null or g.until_at > $4) and (p.id is null or p.retired = false)
                union
                select m.member_kind, m.member_id, g.place_id, p.path
                from grants g join team_members m on m.team_id = g.subject_id left join places p on p.id = g.place_id
                where g.profile_id = $2 and g.organization_id = $1 and g.subject_kind = 'team'
                    and (g.until_at is null or g.until_at > $4) and (p.id is null or p.retired = false)),
            gained as (
                select w.screen, w.level, h.kind, h.member_id from held h cross join wants w
                where (h.place_id is null or $5 like '%,' || w.screen || ',%')
                    and not exists (
                        select 1 from grants o join levels l on l.owner_id = o.rights_id
                        left join places p on p.id = o.place_id
                        where (o.subject_id = h.member_id
                                or o.subject_id in (select t.team_id from team_members t where t.member_id = h.member_id))
                            and o.organization_id = $1 and l.screen = w.screen and l.level >= w.level
                            and (o.from_at is null or o.from_at <= $4) and (o.until_at is null or o.until_at > $4)
                            and (o.place_id is null or (p.retired = false and substr(h.path, 1, length(p.path)) = p.path))))
            ",
            $select
        )
    };
}

const BY_SCREEN: &str =
    gained!("select screen, level, kind, count(distinct member_id) from gained group by screen, level, kind");
const IN_ALL: &str = gained!("select kind, count(distinct member_id) from gained group by kind");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::features::companies::model::CompanyKind;
    use crate::rights::model::MemberKind;
    use crate::testing::{Browser, Given, START, TestApp, UserSpec, both, levels};
    use serde_json::{Value, json};

    async fn asked(browser: &mut Browser, id: &str, replacement: &str) -> Value {
        browser.call("profiles.growth", &json!({ "id": id, "replacement": replacement })).await.expect(200).json()
    }

    fn gain(screen: &str, level: &str, users: i64, api_users: i64) -> Value {
        json!({ "screen": screen, "level": level, "users": users, "api_users": api_users })
    }

    async fn holder(app: &TestApp, username: &str, grants: Vec<Given>) -> String {
        app.user(UserSpec { username, role: Role::Owner, grants, ..UserSpec::default() }).await.id
    }

    both! {
        async fn whoever_gains_by_a_replacement_is_counted_screen_by_screen(app: TestApp) {
            let building = app.place(None, "building", "Building A").await;
            let floor = app.place(Some(&building), "floor", "Floor 1").await;
            let porter = app.profile("Porter", levels([(Screen::Rooms, Level::Read), (Screen::Alerts, Level::Full)])).await;
            let clerk = app.profile("Clerk", levels([(Screen::Rooms, Level::Full), (Screen::Alerts, Level::Read), (Screen::Users, Level::Read)])).await;
            let has = || Given::profile(&porter);
            holder(&app, "plain", vec![has()]).await;
            holder(&app, "later", vec![has().from(START + 60_000)]).await;
            holder(&app, "placed", vec![has().at(&floor)]).await;
            holder(&app, "over", vec![has().until(START - 1)]).await;
            // Each has a part of it already: of the building, and through a team.
            holder(&app, "inside", vec![has().at(&floor), Given::own(levels([(Screen::Rooms, Level::Full)])).at(&building)]).await;
            let member = holder(&app, "member", vec![has()]).await;
            app.team("Desk", &[Given::own(levels([(Screen::Users, Level::Full)]))], &[&member]).await;
            // Through a team that has it, a user and an API user.
            let team = app.team("Porters", &[has()], &[]).await;
            app.join(&team, MemberKind::User, &holder(&app, "teamed", vec![]).await).await;
            app.join(&team, MemberKind::ApiUser, &app.api_user("Pump", Role::Owner, None, &[]).await.0).await;
            let mut admin = app.admin().await;
            let growth = asked(&mut admin, &porter, &clerk).await;
            // Rooms: plain, later, placed, member, teamed. Users, which have no place: plain, later, teamed.
            assert_eq!(growth["gains"], json!([gain("rooms", "full", 5, 1), gain("users", "read", 3, 1)]));
            assert_eq!((&growth["users"], &growth["api_users"], &growth["many"]), (&json!(5), &json!(1), &json!(false)));
            let less = asked(&mut admin, &clerk, &porter).await;
            assert_eq!((&less["gains"], &less["many"]), (&json!([]), &json!(false)), "nobody has it");
        }

        async fn many_who_gain_and_any_who_become_administrator_are_called_many(app: TestApp) {
            let porter = app.profile("Porter", levels([(Screen::Rooms, Level::Read)])).await;
            let clerk = app.profile("Clerk", levels([(Screen::Rooms, Level::Full)])).await;
            let guard = app.profile("Guard", levels([(Screen::Rooms, Level::Read)])).await;
            let administrator = app.administrator_profile().await;
            holder(&app, "guard", vec![Given::profile(&guard)]).await;
            for n in 0..10 {
                holder(&app, &format!("porter{n}"), vec![Given::profile(&porter)]).await;
            }
            let mut admin = app.admin().await;
            assert_eq!(asked(&mut admin, &porter, &clerk).await["many"], json!(false), "ten");
            holder(&app, "eleventh", vec![Given::profile(&porter)]).await;
            assert_eq!(asked(&mut admin, &porter, &clerk).await["many"], json!(true));
            assert_eq!(asked(&mut admin, &porter, &guard).await, json!({ "users": 0, "api_users": 0, "gains": [], "many": false }));
            let one = asked(&mut admin, &guard, &administrator).await;
            assert_eq!((&one["users"], &one["many"]), (&json!(1), &json!(true)), "one is enough");
            assert_eq!(one["gains"].as_array().unwrap().len(), SCREENS.len(), "every screen, Rooms to full");
        }

        async fn who_could_not_delete_the_profile_learns_no_numbers(app: TestApp) {
            let porter = app.profile("Porter", levels([(Screen::Rooms, Level::Read)])).await;
            let clerk = app.profile("Clerk", levels([(Screen::Rooms, Level::Full)])).await;
            holder(&app, "porter", vec![Given::profile(&porter)]).await;
            let north = app.company(None, CompanyKind::Distributor, "North").await;
            let rights = vec![Given::own(levels([(Screen::Profiles, Level::Full), (Screen::Rooms, Level::Full)]))];
            let spec = UserSpec { username: "manager", company: Some(&north), grants: rights, ..UserSpec::default() };
            let mut manager = app.signed_in_as(spec).await;
            let body = json!({ "id": porter, "replacement": clerk });
            let refused = manager.call("profiles.growth", &body).await.expect(403).json();
            assert_eq!(refused["code"], "outside_reach");
            let mut admin = app.admin().await;
            let built_in = app.administrator_profile().await;
            admin.call("profiles.growth", &json!({ "id": built_in, "replacement": clerk })).await.expect(409);
            admin.call("profiles.growth", &json!({ "id": porter, "replacement": porter })).await.expect(422);
        }
    }
}
