// fcgios.h stays out: the module FastCGI defines that layer itself.
#include <fcgiapp.h>
