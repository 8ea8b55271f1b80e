"""A TopK sparse autoencoder in plain PyTorch, as an expert would write it for a CPU, in two ways.

Formulas (arXiv 2406.04093; B tokens, k active latents each, F latents, d dimensions):
    z = (x - b_dec) W_enc^T + b_enc          f = ReLU of the k greatest z           x^ = f W_dec + b_dec
    L = sum |x^ - x|^2 / B                   W_dec rows keep unit norm; what of their gradient lies along them is removed
dense   f is scattered into a [B, F] matrix; two dense products; autograd.
csr     gradients by hand, no [B, F] matrix. With e = dL/dx^ = 2 (x^ - x) / B and g[b, j] = e[b] . W_dec[i[b, j]] where f > 0:
            dW_dec[l] = sum over the tokens b on which l fires of f[b, l] e[b]
            dW_enc[l] = the same sum of g[b, l] (x - b_dec)[b]        db_enc[l] = sum of g[b, l]
            db_dec = sum_b e[b] - db_enc W_enc
        Both matrices are bags of rows summed with weights, over the index turned around: latents first, then their tokens.
"""
import torch
from torch.nn.functional import embedding_bag, linear


class TopKSae:
    def __init__(self, d, features, k, mode, seed):
        generator = torch.Generator().manual_seed(seed)
        rows = torch.randn(features, d, generator=generator)
        rows /= rows.norm(dim=1, keepdim=True)
        self.k = k
        self.w_enc, self.w_dec = rows.clone(), rows.clone()
        self.b_enc, self.b_dec = torch.zeros(features), torch.zeros(d)
        self.gradients = {"dense": self._dense, "csr": self._csr}[mode]
        if mode == "dense":
            for p in self.parameters():
                p.requires_grad_(True)
        self.adam = torch.optim.Adam(self.parameters(), lr=1e-3, foreach=True)

    def parameters(self):
        return [self.w_enc, self.b_enc, self.w_dec, self.b_dec]

    def step(self, x, learning_rate):
        self.adam.param_groups[0]["lr"] = learning_rate
        self.gradients(x)
        with torch.no_grad():
            along = torch.einsum("fd,fd->f", self.w_dec.grad, self.w_dec)
            self.w_dec.grad.addcmul_(along[:, None], self.w_dec, value=-1)
            self.adam.step()
            self.adam.zero_grad(set_to_none=True)
            self.w_dec.div_(self.w_dec.norm(dim=1, keepdim=True))

    def _dense(self, x):
        z = linear(x - self.b_dec, self.w_enc, self.b_enc)
        values, latents = z.topk(self.k, dim=1, sorted=False)
        f = torch.zeros_like(z).scatter(1, latents, values.relu())
        error = torch.addmm(self.b_dec, f, self.w_dec) - x
        (error.square().sum() / len(x)).backward()

    @torch.no_grad()
    def _csr(self, x):
        tokens, features = len(x), len(self.w_enc)
        centred = x - self.b_dec
        values, latents = torch.addmm(self.b_enc, centred, self.w_enc.t()).topk(self.k, dim=1, sorted=False)
        values.relu_()
        e = embedding_bag(latents, self.w_dec, per_sample_weights=values, mode="sum").add_(self.b_dec).sub_(x).mul_(2 / tokens)

        # e[b] . W_dec[i[b, j]] for all b, j: what embedding_bag's own backward computes for its weights.
        flat = latents.reshape(-1)
        token = torch.arange(tokens).repeat_interleave(self.k)
        starts = torch.arange(0, tokens * self.k, self.k)
        g = torch.ops.aten._embedding_bag_per_sample_weights_backward(e, self.w_dec, flat, starts, token, 0, -1)
        f = values.reshape(-1)
        g.mul_(f > 0)

        order = flat.argsort()
        bags = torch.zeros(features + 1, dtype=torch.long)
        torch.cumsum(flat.bincount(minlength=features), 0, out=bags[1:])
        of_latent = token[order]
        turned = dict(mode="sum", include_last_offset=True)
        self.w_dec.grad = embedding_bag(of_latent, e, bags, per_sample_weights=f[order], **turned)
        self.w_enc.grad = embedding_bag(of_latent, centred, bags, per_sample_weights=g[order], **turned)
        self.b_enc.grad = torch.zeros(features).index_add_(0, flat, g)
        self.b_dec.grad = e.sum(0) - self.b_enc.grad @ self.w_enc
