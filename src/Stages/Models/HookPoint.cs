namespace Emergence.Stages.Models;

/// <summary>
/// A place in a block where activations can be read. In the order in which a block computes them: at the deepest hook of a
/// capture nothing after it runs. All are vectors of the model's width.
/// </summary>
public enum HookPoint
{
    /// <summary><c>resid_pre</c>: the residual stream as it enters the block.</summary>
    ResidPre,

    /// <summary><c>attn_out</c>: what attention adds to the residual stream; after the norm where a family normalises it there.</summary>
    AttnOut,

    /// <summary>
    /// <c>resid_mid</c>: <c>resid_pre + attn_out</c>, in every family. A block with parallel residuals computes this sum for
    /// nobody but the hook: its MLP reads <c>resid_pre</c>.
    /// </summary>
    ResidMid,

    /// <summary><c>mlp_out</c>: what the MLP adds to the residual stream; after the norm where a family normalises it there.</summary>
    MlpOut,

    /// <summary><c>resid_post</c>: the residual stream as it leaves the block, <c>resid_mid + mlp_out</c>.</summary>
    ResidPost,
}
