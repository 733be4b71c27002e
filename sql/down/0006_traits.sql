-- loses nothing

drop routine aquifer.restore_keys, aquifer.keep_tenant_key, aquifer.is_referred_to, aquifer.put_tenant_into_keys,
  aquifer.put_tenant_into_unique_keys, aquifer.make_key, aquifer.drop_key, aquifer.untenanted_unique_keys,
  aquifer.foreign_key_with_tenant, aquifer.with_tenant, aquifer.untenanted_foreign_keys, aquifer.remember_key,
  aquifer.add_trait_columns, aquifer.add_trait_column, aquifer.check_trait_column, aquifer.refuse_untenanted_exclusions, aquifer.difference_expression,
  aquifer.trait_name, aquifer.tenant_expression, aquifer.row_id_expression, aquifer.same_columns, aquifer.column_list,
  aquifer.key_columns_of, aquifer.column_names, aquifer.has_column;
drop table aquifer.relations, aquifer.entities;
