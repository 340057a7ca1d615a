use crate::access::{Level, Screen};
use crate::db::search::containing;
use crate::db::{Conn, DbError, Query, Statement};
use crate::resource::list::{Filter, ListRequest, Listing, Search, Sort, Takes, Viewer};
use crate::server::reach;
use crate::types::{Count, Millis};

#[derive(sqlx::FromRow)]
pub struct EventRow {
    pub id: String,
    pub at: Millis,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub actor_name: String,
    pub action: String,
    pub target_kind: String,
    pub target_id: Option<String>,
    pub target_name: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub address: String,
    pub request_id: String,
}

/// How many of the newest events a search looks through: there is no index over names, and the log only grows.
pub const LOOKED_THROUGH: i64 = 10_000;

const COLUMNS: &str = "select e.id, e.at, e.actor_kind, e.actor_id, e.actor_name, e.action, e.target_kind, e.target_id,
        e.target_name, e.before, e.after, e.address, e.request_id";

pub static LISTING: Listing<EventRow> = Listing {
    sorts: &[Sort::int("at", "e.at", |row| row.at)],
    order: "-at",
    id: ("e.id", |row| &row.id),
    // Looks through the newest alone, before anything else is left out of them (`narrowed`).
    search: Some(Search { about: "Part of the action, or of the actor's or target's name.", keep: |query, _| query }),
    filters: &[
        Filter::new("action", Takes::Text, |query, _, action| query.then("and e.action = ?", [action.into()])),
        Filter::id("actor_id", |query, _, actor| query.then("and e.actor_id = ?", [actor.into()])),
        Filter::id("target_id", |query, _, target| query.then("and e.target_id = ?", [target.into()])),
    ],
};

/// The list that was asked for, as one actor may see it.
pub struct Log<'a> {
    pub wanted: &'a ListRequest<'a, EventRow>,
    pub viewer: Viewer<'a>,
}

impl Log<'_> {
    pub fn page(&self, conn: &Conn<'_>) -> Statement {
        let (wanted, actor) = (self.wanted, self.viewer.actor);
        if !wanted.is_whole() || reach::is_root(actor) {
            return wanted.rows(self.narrowed(Query::new(COLUMNS)));
        }
        // The page of each company, and of those the first.
        let (order, limit) = (wanted.order(), wanted.limit + 1);
        let of_one = |query: Query| {
            let organization = actor.organization_id.as_str();
            let query = query.then("where e.organization_id = ? and e.company_id = r.id", [organization.into()]);
            query.page(&order, wanted.after(), limit)
        };
        let query = Query::new(COLUMNS).then("from companies r", []);
        let query = query.first_of_each(conn, ("audit_events", "e"), of_one);
        reach::companies(query, actor, Screen::Audit).page(&order, None, limit).finish()
    }

    pub fn counted(&self) -> Statement {
        self.narrowed(Query::new("select count(*) from (select 1 as one")).counted()
    }

    /// What a search finds among the newest events: that many at least, when it left older ones out.
    pub async fn count_found(&self, conn: &mut Conn<'_>) -> Result<Count, DbError> {
        let count = Count::capped(self.counted().number(conn).await?);
        let query = self.named(Query::new("select count(*) from (select 1 as one from audit_events e"));
        let looked = query.limit(LOOKED_THROUGH).then(") looked", []).finish().number(conn).await?;
        Ok(count.at_least_if(looked >= LOOKED_THROUGH))
    }

    /// `from … where …`
    fn narrowed(&self, query: Query) -> Query {
        if self.wanted.text.is_empty() {
            return self.named(query.then("from audit_events e", []));
        }
        let newest = self.named(query.then("from (select e.* from audit_events e", []));
        let newest = newest.then("order by e.at desc, e.id desc", []).limit(LOOKED_THROUGH);
        newest.then(") e where e.search_text like ? escape '\\'", [containing(&self.wanted.text)])
    }

    fn named(&self, query: Query) -> Query {
        let actor = self.viewer.actor;
        let query = query.then("where e.organization_id = ?", [actor.organization_id.as_str().into()]);
        self.wanted.narrowed(reach::events(query, actor, Level::Read), &self.viewer)
    }
}
