// SPDX-License-Identifier: MPL-2.0
// Lists image repositories.
#include "provider/base/status.h"
#include "provider/lists/all.h"
#include "provider/lists/listed_objects.h"
#include "provider/tf/typed_list_resource.h"

namespace spcs::lists {
namespace {

struct Filter {
  tf::String like{}, database{}, schema{};
};

const tf::Model<Filter>& FilterModel() {
  static const tf::Model<Filter> model{"spcs_image_repository",
                                       "Finds the image repositories that the provider's role sees, for import.",
                                       {{"like", &Filter::like, LikeAttribute()},
                                        {"database", &Filter::database, DatabaseAttribute()},
                                        {"schema", &Filter::schema, SchemaAttribute()}}};
  return model;
}

class ImageRepositoryList : public tf::TypedListResource<Filter> {
 public:
  explicit ImageRepositoryList(resources::Account& account) : TypedListResource(FilterModel()), account_(account) {}
  std::string noun() const override { return "image repositories"; }

 protected:
  void ValidateModel(const Filter& filter, tf::Diagnostics& diagnostics) const override {
    CheckPlace({filter.database, filter.schema}, diagnostics);
  }

  absl::Status ListModel(tf::Context& context, const Filter& filter, const tf::ListSink& sink) override {
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    std::optional<snowflake::Statement> statement;
    if (filter.like.IsKnown() || filter.database.IsKnown()) {
      AddLike(filter.like, statement.emplace(snowflake::Statement("SHOW IMAGE REPOSITORIES")));
      RETURN_IF_ERROR(AddPlace({filter.database, filter.schema}, *statement));
    }
    ASSIGN_OR_RETURN(const Rows rows,
                     ReadRows(*session, snowflake::ShowKind::kImageRepository, statement, context.stop));
    return EmitRows(*session, rows, /*in_schema=*/true, sink, context.stop);
  }

 private:
  resources::Account& account_;
};

}  // namespace

std::unique_ptr<tf::ListResource> MakeImageRepositoryList(resources::Account& account) {
  return std::make_unique<ImageRepositoryList>(account);
}

}  // namespace spcs::lists
