//! `EmptyState(title, text?, icon?) children`: what stands where a list would, with the button that makes the first row as its children.

use super::{Glyph, Icon};
use leptos::prelude::*;

#[component]
pub fn EmptyState(
    #[prop(into)] title: String,
    #[prop(optional, into)] text: MaybeProp<String>,
    #[prop(default = None, into)] icon: Option<Icon>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            {icon.map(|icon| view! { <span class="empty-icon"><Glyph icon=icon /></span> })}
            <h2>{title}</h2>
            {move || text.get().map(|text| view! { <p>{text}</p> })}
            {children.map(|children| view! { <div class="empty-action">{children()}</div> })}
        </div>
    }
}
