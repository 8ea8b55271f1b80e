namespace Emergence.TestBroker.Server;

/// <summary>A connection that a client has opened.</summary>
internal interface IServedConnection : IDisposable
{
    /// <summary>Serves it until one side closes it.</summary>
    Task RunAsync();

    /// <summary>Closes it in the midst of whatever it does.</summary>
    void Cut();
}
