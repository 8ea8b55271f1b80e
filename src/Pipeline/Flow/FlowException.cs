namespace Emergence.Pipeline.Flow;

/// <summary>A graph could not be built or did not end well; the derived types say which stage and what happened.</summary>
public abstract class FlowException : Exception
{
    private protected FlowException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
