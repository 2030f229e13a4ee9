#pragma once

#include <cstdint>
#include <string_view>

#include "synth/random.h"

namespace starlift::synth {

enum class Page : uint8_t {
  kNextSong,
  kHome,
  kLogin,
  kLogout,
  kSettings,
  kSaveSettings,
  kUpgrade,
  kSubmitUpgrade,
  kDowngrade,
  kSubmitDowngrade,
  kAddToPlaylist,
  kThumbsUp,
  kThumbsDown,
  kAddFriend,
  kRollAdvert,
  kHelp,
  kAbout,
  kError,
  kNone,  ///< no page: the listener has left
};

inline constexpr size_t kPages = static_cast<size_t>(Page::kNone);

/// How the logs write a page.
struct PageTraits {
  std::string_view name;
  std::string_view method;
  int status = 200;
};

const PageTraits& traits(Page page);

/// What a listener is while a session lasts.
struct ListenerState {
  bool is_logged_in = true;
  bool is_paid = false;
};

/// Returns the page that a session begins with and sets whether the listener is logged in.
Page first_page(ListenerState& state, Random& random);

/// Returns the page after `page`, kNone when the session ends. `state` is that after the page's effect.
Page next_page(Page page, const ListenerState& state, Random& random);

/// Changes `state` as the page does: a login, a submitted upgrade.
void take_effect(Page page, ListenerState& state);

}  // namespace starlift::synth
