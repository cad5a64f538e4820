-- The tables of Olist's published dataset, with its spelling; a key where the published rows have one.
CREATE TABLE customers (
    customer_id text PRIMARY KEY,
    customer_unique_id text NOT NULL,
    customer_zip_code_prefix text NOT NULL,
    customer_city text NOT NULL,
    customer_state text NOT NULL
);
CREATE TABLE geolocation (
    geolocation_zip_code_prefix text NOT NULL,
    geolocation_lat double precision NOT NULL,
    geolocation_lng double precision NOT NULL,
    geolocation_city text NOT NULL,
    geolocation_state text NOT NULL
);
CREATE TABLE sellers (
    seller_id text PRIMARY KEY,
    seller_zip_code_prefix text NOT NULL,
    seller_city text NOT NULL,
    seller_state text NOT NULL
);
CREATE TABLE product_category_name_translation (
    product_category_name text PRIMARY KEY,
    product_category_name_english text NOT NULL
);
CREATE TABLE products (
    product_id text PRIMARY KEY,
    product_category_name text,
    product_name_lenght integer,
    product_description_lenght integer,
    product_photos_qty integer,
    product_weight_g integer,
    product_length_cm integer,
    product_height_cm integer,
    product_width_cm integer
);
CREATE TABLE orders (
    order_id text PRIMARY KEY,
    customer_id text NOT NULL REFERENCES customers,
    order_status text NOT NULL,
    order_purchase_timestamp timestamp NOT NULL,
    order_approved_at timestamp,
    order_delivered_carrier_date timestamp,
    order_delivered_customer_date timestamp,
    order_estimated_delivery_date timestamp NOT NULL
);
CREATE TABLE order_items (
    order_id text NOT NULL REFERENCES orders,
    order_item_id integer NOT NULL,
    product_id text NOT NULL REFERENCES products,
    seller_id text NOT NULL REFERENCES sellers,
    shipping_limit_date timestamp NOT NULL,
    price numeric(10, 2) NOT NULL,
    freight_value numeric(10, 2) NOT NULL,
    PRIMARY KEY (order_id, order_item_id)
);
CREATE TABLE order_payments (
    order_id text NOT NULL REFERENCES orders,
    payment_sequential integer NOT NULL,
    payment_type text NOT NULL,
    payment_installments integer NOT NULL,
    payment_value numeric(10, 2) NOT NULL,
    PRIMARY KEY (order_id, payment_sequential)
);
CREATE TABLE order_reviews (
    review_id text NOT NULL,
    order_id text NOT NULL REFERENCES orders,
    review_score integer NOT NULL,
    review_comment_title text,
    review_comment_message text,
    review_creation_date timestamp NOT NULL,
    review_answer_timestamp timestamp NOT NULL,
    PRIMARY KEY (review_id, order_id)
);
