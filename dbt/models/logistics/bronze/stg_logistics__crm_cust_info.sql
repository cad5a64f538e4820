with

source as (

    select * from {{ source('logistics', 'crm_cust_info') }}

)

select
    cst_id,
    cst_key,
    cst_firstname,
    cst_lastname,
    cst_marital_status,
    cst_gndr,
    cst_create_date,
    load_timestamp
from source
