/* Requests to answers. */
#pragma once

#include "database.h"

#include <fcgiapp.h>

void api_answer(FCGX_Request *, struct database *);
