using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor mm(Tensor target) => Take(Native.et_mm(H, target.H, out var result), result);

        public Tensor bmm(Tensor batch2) => Take(Native.et_bmm(H, batch2.H, out var result), result);

        public Tensor matmul(Tensor target) => Take(Native.et_matmul(H, target.H, out var result), result);

        public Tensor mv(Tensor target) => Take(Native.et_mv(H, target.H, out var result), result);

        public Tensor dot(Tensor target) => Take(Native.et_dot(H, target.H, out var result), result);

        public Tensor outer(Tensor vec2) => Take(Native.et_outer(H, vec2.H, out var result), result);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Take(Native.et_addmm(H, mat1.H, mat2.H, beta, alpha, out var result), result);

        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Self(Native.et_addmm_(H, mat1.H, mat2.H, beta, alpha));

        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) =>
            Take(Native.et_addmv(H, mat.H, vec.H, beta, alpha, out var result), result);

        public Tensor addmv_(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => Self(Native.et_addmv_(H, mat.H, vec.H, beta, alpha));

        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) =>
            Take(Native.et_addr(H, vec1.H, vec2.H, beta, alpha, out var result), result);

        public Tensor addr_(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => Self(Native.et_addr_(H, vec1.H, vec2.H, beta, alpha));

        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Take(Native.et_baddbmm(H, batch1.H, batch2.H, beta, alpha, out var result), result);

        public Tensor norm(float p = 2) => Take(Native.et_norm(H, Number.Of((double)p), out var result), result);

        public Tensor norm(int dim, bool keepdim = false, float p = 2) =>
            Take(Native.et_norm_dim(H, Number.Of((double)p), dim, keepdim, out var result), result);
    }
}
