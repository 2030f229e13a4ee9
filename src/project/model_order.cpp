#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "project/model_links.h"

namespace starlift {

namespace {

bool contains(std::span<const Model> models, const std::string& name) {
  return std::any_of(models.begin(), models.end(), [&](const Model& model) { return model.name == name; });
}

/// Returns the link that keeps `model` from being next, or nothing: a link to a model that still waits.
const ModelLink* find_obstacle(const std::string& model, std::span<const Model> waiting,
                               std::span<const ModelLink> links) {
  auto link = std::find_if(links.begin(), links.end(), [&](const ModelLink& candidate) {
    return candidate.model == model && contains(waiting, candidate.needs);
  });
  return link == links.end() ? nullptr : &*link;
}

/// Every waiting model has an obstacle that waits too, so following them leads into a circle.
Error circle_error(std::span<const Model> waiting, std::span<const ModelLink> links) {
  std::vector<const ModelLink*> path;
  auto name = waiting.front().name;
  auto leaves_name = [&](const ModelLink* link) { return link->model == name; };
  auto first = path.end();
  while ((first = std::find_if(path.begin(), path.end(), leaves_name)) == path.end()) {
    path.push_back(find_obstacle(name, waiting, links));
    name = path.back()->needs;
  }
  std::vector<std::string> circle;
  for (auto link = first; link != path.end(); ++link)
    circle.push_back((*link)->model);
  circle.push_back(name);
  return refusal((*first)->place,
                 fmt::format("the models need each other in a circle: {}; one of them must do without",
                             fmt::join(circle, " -> ")));
}

}  // namespace

std::vector<Model> order_models(std::vector<Model> models, std::span<const ModelLink> links) {
  std::sort(models.begin(), models.end(), [](const Model& a, const Model& b) { return a.name < b.name; });
  std::vector<Model> ordered;
  while (!models.empty()) {
    auto next = std::find_if(models.begin(), models.end(),
                             [&](const Model& model) { return !find_obstacle(model.name, models, links); });
    if (next == models.end()) throw circle_error(models, links);
    ordered.push_back(std::move(*next));
    models.erase(next);
  }
  return ordered;
}

}  // namespace starlift
