with

source as (

    select * from {{ source('logistics', 'crm_sales_details') }}

)

select
    sls_ord_num,
    sls_prd_key,
    sls_cust_id,
    sls_order_dt,
    sls_ship_dt,
    sls_due_dt,
    sls_sales,
    sls_quantity,
    sls_price,
    load_timestamp
from source
