//! Posts with predictions about one reader.

use super::ITEMS;
use super::chance::{Chance, decimal, flag, named};

pub(super) const COLUMNS: &[&str] = &[
    "author",
    "p_favorite",
    "p_retweet",
    "p_photo_expand",
    "p_video_open",
    "p_click",
    "p_open_link",
    "p_share",
    "p_share_dm",
    "p_share_copy_link",
    "p_quote",
    "p_quoted_click",
    "p_follow_author",
    "p_reply",
    "p_video_quality_view",
    "p_post_unexplored",
    "p_not_interested",
    "p_block_author",
    "p_mute_author",
    "p_report",
    "p_not_dwelled",
    "dwell_time",
    "video_long_enough",
    "mutual_follow_original_post",
    "in_network",
    "is_reply_or_repost",
    "author_repeat",
];

/// What a post is like before the predictions about it are drawn.
struct Post {
    author: String,
    appeal: f64,
    annoyance: f64,
    form: Form,
    in_network: bool,
    mutual: bool,
    is_reply_or_repost: bool,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Form {
    Text,
    Photo,
    Video,
    Link,
    Quote,
}

pub(super) fn x(chance: &mut Chance) -> Vec<Vec<String>> {
    let followed: Vec<bool> = (0..12).map(|_| chance.happens(0.55)).collect();
    let posts: Vec<Post> = (0..ITEMS).map(|_| post(chance, &followed)).collect();
    posts.iter().map(|one| cells(chance, one, repeats(one, &posts))).collect()
}

fn post(chance: &mut Chance, followed: &[bool]) -> Post {
    let author = named(chance, "Author", 12);
    let place = author.bytes().last().map_or(0, |letter| usize::from(letter.saturating_sub(b'A')));
    let in_network = followed.get(place).copied().unwrap_or(false);
    let is_reply_or_repost = chance.happens(0.25);
    let form = match chance.below(10) {
        0..4 => Form::Text,
        4..6 => Form::Photo,
        6..8 => Form::Video,
        8 => Form::Link,
        _ => Form::Quote,
    };
    Post {
        author,
        appeal: chance.normal() + if in_network { 0.4 } else { 0.0 },
        annoyance: chance.normal(),
        form,
        in_network,
        mutual: in_network && !is_reply_or_repost && chance.happens(0.3),
        is_reply_or_repost,
    }
}

/// How many more appealing posts of the same author stand in the list.
fn repeats(post: &Post, posts: &[Post]) -> usize {
    posts.iter().filter(|other| other.author == post.author && other.appeal > post.appeal).count()
}

fn cells(chance: &mut Chance, post: &Post, repeats: usize) -> Vec<String> {
    // A chance around `usual` that grows with the post's appeal.
    let mut liked = |usual: f64, possible: bool| {
        let drawn = chance.skewed(usual * libm::exp(0.8 * post.appeal), 0.4);
        decimal(if possible { drawn } else { 0.0 }, 0.0, 0.95, 5)
    };
    let likings = [
        liked(0.05, true),
        liked(0.008, true),
        liked(0.08, post.form == Form::Photo),
        liked(0.1, post.form == Form::Video),
        liked(0.06, true),
        liked(0.05, post.form == Form::Link),
        liked(0.002, true),
        liked(0.001, true),
        liked(0.0005, true),
        liked(0.002, true),
        liked(0.04, post.form == Form::Quote),
        liked(0.002, !post.in_network),
        liked(0.01, true),
        liked(0.12, post.form == Form::Video),
        liked(0.2, post.in_network),
    ];
    let mut annoyed =
        |usual: f64| decimal(chance.skewed(usual * libm::exp(post.annoyance), 0.4), 0.0, 0.95, 5);
    let dislikes = [annoyed(0.002), annoyed(0.0002), annoyed(0.0003), annoyed(0.00005)];
    let scrolled_past = chance.between(0.3, 0.9) - 0.1 * post.appeal;
    let dwell_time = chance.skewed(6.0 * libm::exp(0.4 * post.appeal), 0.5);
    let facts = [
        decimal(scrolled_past, 0.0, 1.0, 5),
        decimal(dwell_time, 0.0, 60.0, 2),
        flag(post.form == Form::Video && chance.happens(0.7)),
        flag(post.mutual),
        flag(post.in_network),
        flag(post.is_reply_or_repost),
        repeats.min(8).to_string(),
    ];
    let author = [post.author.clone()];
    author.into_iter().chain(likings).chain(dislikes).chain(facts).collect()
}
