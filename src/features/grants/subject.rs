//! Who can have grants. All that depends on what a subject is stands here.

use crate::access::{Actor, ActorKind, Level, Need, Screen, Target};
use crate::db::{Conn, DbError, Query};
use crate::error::AppError;
use crate::features::{api_users, integrations, teams, users};
use crate::server::{Call, reach};
use crate::types::Topic;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    User,
    Team,
    ApiUser,
    Integration,
}

/// What a grant means for its subject.
pub struct Subject {
    pub id: String,
    pub name: String,
}

impl SubjectKind {
    pub const ALL: [SubjectKind; 4] =
        [SubjectKind::User, SubjectKind::Team, SubjectKind::ApiUser, SubjectKind::Integration];

    pub fn code(self) -> &'static str {
        match self {
            SubjectKind::User => ActorKind::User.code(),
            SubjectKind::Team => "team",
            SubjectKind::ApiUser => ActorKind::ApiUser.code(),
            SubjectKind::Integration => ActorKind::Integration.code(),
        }
    }

    pub fn from_code(code: &str) -> Option<SubjectKind> {
        SubjectKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Where its rows are administered, and so its grants.
    pub fn screen(self) -> Screen {
        match self {
            SubjectKind::User => Screen::Users,
            SubjectKind::Team | SubjectKind::ApiUser => Screen::Members,
            SubjectKind::Integration => Screen::Integrations,
        }
    }

    pub fn topics(self) -> &'static [Topic] {
        match self {
            SubjectKind::User => &[Topic::Users, Topic::Access],
            SubjectKind::Team => &teams::ops::TOPICS,
            SubjectKind::ApiUser => &[Topic::Members, Topic::Access],
            SubjectKind::Integration => &[Topic::Integrations, Topic::Access],
        }
    }

    /// The row, if the caller may read it, or with `Level::Full` write it. Missing and out of reach are one answer.
    pub async fn find(self, call: &Call, conn: &mut Conn<'_>, id: &str, level: Level) -> Result<Subject, AppError> {
        match self {
            SubjectKind::User => {
                let row = users::view::find(call, conn, id, level).await?;
                Ok(Subject { id: row.id, name: row.username })
            }
            SubjectKind::Team => {
                // Its row has no company and no rank to be held against: the screen decides.
                call.require(&Need { screen: self.screen(), level, target: Target::Organization }).await?;
                let row = teams::view::find(call, conn, id).await?;
                if level == Level::Full {
                    teams::ops::may_write(call, conn, &row, true).await?;
                }
                Ok(Subject { id: row.id, name: row.name })
            }
            SubjectKind::ApiUser => {
                let row = api_users::view::find(call, conn, id, level).await?;
                Ok(Subject { id: row.id, name: row.name })
            }
            SubjectKind::Integration => {
                let row = integrations::view::find(call, conn, id, level).await?;
                Ok(Subject { id: row.id, name: row.name })
            }
        }
    }

    /// The rights of a subject changed: so does its version, and what lists find it by.
    pub async fn changed(self, conn: &mut Conn<'_>, id: &str) -> Result<(), DbError> {
        match self {
            SubjectKind::User => {
                users::store::touch(conn, id).await?;
                users::store::index_profiles(conn, id).await
            }
            SubjectKind::Team => teams::store::touch(conn, id).await,
            SubjectKind::ApiUser => api_users::store::touch(conn, id).await,
            SubjectKind::Integration => integrations::store::touch(conn, id).await,
        }
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
