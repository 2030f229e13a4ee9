#include "synth/pages.h"

#include <array>
#include <initializer_list>
#include <utility>

namespace starlift::synth {

namespace {

struct Chance {
  uint32_t per_mille;
  Page page;
};

/// Returns the page whose share of 1,000 the drawn number falls into, `otherwise` for the rest.
Page choose(Random& random, std::initializer_list<Chance> chances, Page otherwise) {
  uint32_t drawn = random.below(1000);
  for (const Chance& chance : chances) {
    if (drawn < chance.per_mille) return chance.page;
    drawn -= chance.per_mille;
  }
  return otherwise;
}

Page next_page_logged_out(Page page, Random& random) {
  if (page == Page::kLogout) return choose(random, {{350, Page::kHome}}, Page::kNone);
  return choose(random, {{250, Page::kHome}, {40, Page::kHelp}, {20, Page::kAbout}, {90, Page::kNone}},
                Page::kLogin);
}

Page next_page_while_playing(const ListenerState& state, Random& random) {
  const auto [leaving, upgrading, adverts] =
      state.is_paid ? std::array<uint32_t, 3>{10, 10, 0} : std::array<uint32_t, 3>{40, 12, 25};
  return choose(random,
                {{leaving, Page::kNone},
                 {upgrading, state.is_paid ? Page::kDowngrade : Page::kUpgrade},
                 {adverts, Page::kRollAdvert},
                 {30, Page::kHome},
                 {25, Page::kThumbsUp},
                 {15, Page::kAddToPlaylist},
                 {8, Page::kThumbsDown},
                 {8, Page::kLogout},
                 {5, Page::kAddFriend},
                 {5, Page::kHelp},
                 {4, Page::kSettings},
                 {2, Page::kAbout},
                 {1, Page::kError}},
                Page::kNextSong);
}

}  // namespace

const PageTraits& traits(Page page) {
  static constexpr std::array<PageTraits, kPages> kTraits = {{{"NextSong", "PUT", 200},
                                                              {"Home", "GET", 200},
                                                              {"Login", "PUT", 307},
                                                              {"Logout", "PUT", 307},
                                                              {"Settings", "GET", 200},
                                                              {"Save Settings", "PUT", 307},
                                                              {"Upgrade", "GET", 200},
                                                              {"Submit Upgrade", "PUT", 307},
                                                              {"Downgrade", "GET", 200},
                                                              {"Submit Downgrade", "PUT", 307},
                                                              {"Add to Playlist", "PUT", 200},
                                                              {"Thumbs Up", "PUT", 307},
                                                              {"Thumbs Down", "PUT", 307},
                                                              {"Add Friend", "PUT", 307},
                                                              {"Roll Advert", "GET", 200},
                                                              {"Help", "GET", 200},
                                                              {"About", "GET", 200},
                                                              {"Error", "GET", 404}}};
  return kTraits[static_cast<size_t>(page)];
}

Page first_page(ListenerState& state, Random& random) {
  state.is_logged_in = !random.one_in(8);
  if (!state.is_logged_in) return choose(random, {{700, Page::kHome}}, Page::kLogin);
  return choose(random, {{400, Page::kHome}}, Page::kNextSong);
}

Page next_page(Page page, const ListenerState& state, Random& random) {
  if (!state.is_logged_in) return next_page_logged_out(page, random);
  switch (page) {
    case Page::kNextSong:
      return next_page_while_playing(state, random);
    case Page::kSettings:
      return choose(random, {{400, Page::kSaveSettings}, {100, Page::kHome}}, Page::kNextSong);
    case Page::kUpgrade:
      return choose(random, {{250, Page::kSubmitUpgrade}, {100, Page::kHome}}, Page::kNextSong);
    case Page::kDowngrade:
      return choose(random, {{120, Page::kSubmitDowngrade}, {100, Page::kHome}}, Page::kNextSong);
    case Page::kLogin:
    case Page::kSaveSettings:
    case Page::kSubmitUpgrade:
    case Page::kSubmitDowngrade:
    case Page::kError:
      return Page::kHome;
    default:
      return choose(random, {{30, Page::kNone}, {20, Page::kHome}}, Page::kNextSong);
  }
}

void take_effect(Page page, ListenerState& state) {
  switch (page) {
    case Page::kLogin:
      state.is_logged_in = true;
      break;
    case Page::kLogout:
      state.is_logged_in = false;
      break;
    case Page::kSubmitUpgrade:
      state.is_paid = true;
      break;
    case Page::kSubmitDowngrade:
      state.is_paid = false;
      break;
    default:
      break;
  }
}

}  // namespace starlift::synth
