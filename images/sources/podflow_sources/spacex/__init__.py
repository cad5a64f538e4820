"""An API of the shape of SpaceX's (github.com/r-spacex/SpaceX-API, v4): nested documents that name each other by id."""
