#include "cli/confirmation.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>

#include "base/error.h"
#include "base/text.h"

namespace starlift {

bool confirm(const std::string& what, const Cancellation& cancellation) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> terminal(std::fopen("/dev/tty", "w"), std::fclose);
  if (!isatty(STDIN_FILENO) || !terminal)
    throw Error(ErrorKind::kUsage, what + "; say --yes if that is what you want");
  fmt::print(terminal.get(), "{}. Go on? [y/N] ", what);
  std::fflush(terminal.get());
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  for (int ready = 0; ready <= 0; ready = poll(&input, 1, 100)) {
    if (ready < 0 && errno != EINTR)
      throw Error(ErrorKind::kUsage, fmt::format("cannot read the answer: {}", std::strerror(errno)));
    cancellation.check();
  }
  std::string answer;
  std::getline(std::cin, answer);
  answer = to_lower(trim(answer));
  return answer == "y" || answer == "yes";
}

}  // namespace starlift
