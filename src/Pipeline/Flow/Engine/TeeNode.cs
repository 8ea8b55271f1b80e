namespace Emergence.Pipeline.Flow.Engine;

/// <summary>Gives every branch a share of every message, waiting for each in turn; the last branch gets the message itself.</summary>
internal sealed class TeeNode(string name) : Node(name, NodeShape.Tee, TaskScheduler.Default)
{
    public override async ValueTask WorkAsync(Inlet inlet, Message message, Emission emission)
    {
        for (var branch = 0; branch < Outlets.Count - 1; branch++)
        {
            await emission.SendAsync(((IShareable)message).Share(), Outlets[branch]).ConfigureAwait(false);
        }

        await emission.SendAsync(message, Outlets[^1]).ConfigureAwait(false);
    }
}
