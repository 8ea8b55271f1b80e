// One translation unit: ATen's headers take most of the compiler's time, and reading them once is enough.
#include "shim.h"

#include "access.inl"
#include "autograd.inl"
#include "factories.inl"
#include "index.inl"
#include "linear.inl"
#include "nn.inl"
#include "pointwise.inl"
#include "random.inl"
#include "reduce.inl"
#include "runtime.inl"
#include "shape.inl"
