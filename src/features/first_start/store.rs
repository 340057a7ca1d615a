use crate::db::{Conn, DbError, row};

/// The organization's name, and one or none of what it may have.
#[derive(sqlx::FromRow)]
pub struct Beginning {
    pub name: String,
    pub profiles: i64,
    pub users: i64,
}

/// `user_id` is not counted among the users.
pub async fn beginning(conn: &mut Conn<'_>, organization: &str, user_id: &str) -> Result<Option<Beginning>, DbError> {
    const BEGINNING: &str = "select o.name,
        (select count(*) from (select 1 as one from profiles p where p.organization_id = o.id and not p.builtin limit 1) few) as profiles,
        (select count(*) from (select 1 as one from users u where u.organization_id = o.id and u.id <> $2 limit 1) few)
            as users
        from organizations o where o.id = $1";
    row!(conn, Beginning, BEGINNING, organization, user_id)
}
