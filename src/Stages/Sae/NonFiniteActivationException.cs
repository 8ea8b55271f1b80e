namespace Emergence.Stages.Sae;

/// <summary>An activation is NaN or infinite where a number is needed: the model's weights or arithmetic are broken.</summary>
public sealed class NonFiniteActivationException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="token">Row of the activation in its batch.</param>
    /// <param name="dimension">Its dimension.</param>
    /// <param name="value">What stands there.</param>
    public NonFiniteActivationException(int token, int dimension, float value)
        : base($"activation of token {token} in dimension {dimension} is {value}; the model's weights or its arithmetic are broken")
    {
        Token = token;
        Dimension = dimension;
    }

    /// <summary>Row of the activation in its batch.</summary>
    public int Token { get; }

    /// <summary>Its dimension.</summary>
    public int Dimension { get; }
}
