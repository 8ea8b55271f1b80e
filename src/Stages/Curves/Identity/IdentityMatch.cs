namespace Emergence.Stages.Curves.Identity;

/// <summary>How a latent relates to the latents of the checkpoint before.</summary>
/// <param name="Cosine">Cosine of its decoder row with its own row before, −1 to 1; 0 when either row is zero.</param>
/// <param name="Continues">Whether it is the same feature.</param>
/// <param name="Nearest">The latent before whose row has the greatest cosine with it; −1 when that was not looked for.</param>
/// <param name="NearestCosine">That cosine.</param>
internal readonly record struct IdentityMatch(double Cosine, bool Continues, int Nearest, double NearestCosine);
