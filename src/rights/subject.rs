//! Who can have grants. All that depends on what a subject is stands here.

pub use super::kind::SubjectKind;
use super::{store, teams};
use crate::access::{Actor, Level, Need, Role, Target};
use crate::db::{Columns, Conn, DbError, Query, exec, row};
use crate::error::AppError;
use crate::server::clock::is_id;
use crate::server::{Call, reach};
use crate::types::Status;

/// What a grant means for its subject.
pub struct Subject {
    pub id: String,
    pub name: String,
}

/// What is read of a subject that has a company and a rank.
#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    company_path: String,
    role: i64,
}

const USER: &str = "select u.id, a.username as name, c.path as company_path, u.role
    from users u join accounts a on a.id = u.account_id join companies c on c.id = u.company_id
    where u.id = $1 and u.organization_id = $2";

const API_USER: &str = "select u.id, u.name, c.path as company_path, u.role
    from api_users u join companies c on c.id = u.company_id where u.id = $1 and u.organization_id = $2";

const INTEGRATION: &str = "select i.id, i.name, c.path as company_path, i.role
    from integrations i join companies c on c.id = i.company_id where i.id = $1 and i.organization_id = $2";

#[derive(sqlx::FromRow)]
struct TeamRow {
    id: String,
    name: String,
    own: bool,
    company_path: Option<String>,
}

const TEAM: &str = "select t.id, t.name, c.path as company_path,
        exists (select 1 from team_members m where m.team_id = t.id and m.member_id = $3) as own
    from teams t left join companies c on c.id = t.company_id where t.id = $1 and t.organization_id = $2";

/// A team has no company and no rank to be held against: the screen decides, and its members.
async fn find_team(call: &Call, conn: &mut Conn<'_>, id: &str, level: Level) -> Result<Subject, AppError> {
    let need = Need { screen: SubjectKind::Team.screen(), level, target: Target::Organization };
    call.require(&need).await?;
    let actor = call.actor();
    let (organization, viewer) = (actor.organization_id.as_str(), actor.subject_id.as_str());
    let row = if is_id(id) { row!(conn, TeamRow, TEAM, id, organization, viewer)? } else { None };
    let row = row.ok_or_else(AppError::not_found)?;
    if level == Level::Full {
        let bounds = teams::Bounds { id: &row.id, own: row.own, company_path: row.company_path.as_deref() };
        teams::may_write(call, conn, &bounds, true).await?;
    }
    Ok(Subject { id: row.id, name: row.name })
}

impl SubjectKind {
    /// The row, if the caller may read it, or with `Level::Full` write it. Missing and out of reach are one answer.
    pub async fn find(self, call: &Call, conn: &mut Conn<'_>, id: &str, level: Level) -> Result<Subject, AppError> {
        if self == SubjectKind::Team {
            return find_team(call, conn, id, level).await;
        }
        let row = if is_id(id) { self.read(conn, call.organization_id(), id).await? } else { None };
        let row = row.ok_or_else(AppError::not_found)?;
        call.require_of(self.screen(), level, (&row.company_path, Role::from_stored(row.role), &row.id)).await?;
        Ok(Subject { id: row.id, name: row.name })
    }

    async fn read(self, conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<Option<Row>, DbError> {
        match self {
            SubjectKind::User => row!(conn, Row, USER, id, organization_id),
            SubjectKind::ApiUser => row!(conn, Row, API_USER, id, organization_id),
            SubjectKind::Integration => row!(conn, Row, INTEGRATION, id, organization_id),
            SubjectKind::Team => Ok(None),
        }
    }

    /// Where its rows are.
    pub fn table(self) -> &'static str {
        match self {
            SubjectKind::User => "users",
            SubjectKind::Team => "teams",
            SubjectKind::ApiUser => "api_users",
            SubjectKind::Integration => "integrations",
        }
    }

    pub async fn set_status(self, conn: &mut Conn<'_>, id: &str, status: Status) -> Result<(), DbError> {
        Columns::of([("status", status.code().into())]).update(conn, self.table(), id).await
    }

    /// Takes a subject away: its grants, its memberships, what is known of its use, and its row.
    pub async fn delete(self, conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<(), DbError> {
        store::delete_of(conn, organization_id, id).await?;
        store::leave_teams(conn, id).await?;
        exec!(conn, "delete from calls where subject_id = $1", id)?;
        exec!(conn, "delete from last_uses where subject_id = $1", id)?;
        exec!(conn, "delete from refused_needs where subject_id = $1", id)?;
        let query = Query::new("delete from").then(self.table(), []).then("where id = ?", [id.into()]);
        query.finish().run(conn).await
    }

    /// The rights of a subject changed: so does its version, and what lists find it by.
    pub async fn changed(self, conn: &mut Conn<'_>, id: &str) -> Result<(), DbError> {
        Columns::default().update(conn, self.table(), id).await?;
        if self == SubjectKind::User { store::index_profiles(conn, id).await } else { Ok(()) }
    }

    /// Whether the actor may read all subjects of this kind: a team belongs to the organization as a whole, and so does
    /// the root company's manager.
    pub fn is_all_within(self, actor: &Actor) -> bool {
        actor.level(self.screen()) >= Level::Read && (self == SubjectKind::Team || reach::is_root(actor))
    }

    /// Of the grants `g`, also those of subjects of this kind that the actor may read; `find`, said in SQL.
    pub fn or_within(self, query: Query, actor: &Actor) -> Query {
        let organization = actor.organization_id.as_str();
        if self.is_all_within(actor) {
            return query.then("or g.subject_kind = ?", [self.code().into()]);
        }
        let query = match self {
            SubjectKind::User => query.then(
                "or (g.subject_kind = 'user' and exists (select 1 from users u
                    where u.id = g.subject_id and u.organization_id = ?",
                [organization.into()],
            ),
            SubjectKind::Team => return query,
            SubjectKind::ApiUser => query.then(
                "or (g.subject_kind = 'api_user' and exists (select 1 from api_users u
                    where u.id = g.subject_id and u.organization_id = ?",
                [organization.into()],
            ),
            SubjectKind::Integration => query.then(
                "or (g.subject_kind = 'integration' and exists (select 1 from integrations u
                    where u.id = g.subject_id and u.organization_id = ?",
                [organization.into()],
            ),
        };
        reach::members(query, actor, self.screen(), Level::Read).then("))", [])
    }
}
