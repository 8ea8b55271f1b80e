using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Emergence.Cli.Tests.Telemetry;

/// <summary>Receives metrics by OTLP over HTTP, as a collector does.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<OtlpMetric> _metrics = [];
    private readonly ConcurrentQueue<(string Path, string? ContentType, string? Key)> _requests = [];
    private readonly Task _serving;

    public OtlpReceiver()
    {
        // HttpListener cannot choose a port itself; another program may take it in between, so it is tried again.
        for (var tries = 0; !_listener.IsListening; tries++)
        {
            Address = $"http://127.0.0.1:{FreePort()}";
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add(Address + "/");
            try
            {
                _listener.Start();
            }
            catch (HttpListenerException) when (tries < 10)
            {
            }
        }

        _serving = ServeAsync();
    }

    /// <summary>Scheme, host and port.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Everything that came.</summary>
    public IReadOnlyList<OtlpMetric> Metrics => [.. _metrics];

    /// <summary>Path, content type and header <c>api-key</c> of each request.</summary>
    public IReadOnlyList<(string Path, string? ContentType, string? Key)> Requests => [.. _requests];

    public void Dispose()
    {
        _listener.Stop();
        _serving.GetAwaiter().GetResult();
        _listener.Close();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                _requests.Enqueue((context.Request.Url!.AbsolutePath, context.Request.ContentType, context.Request.Headers["api-key"]));
                Read(new ProtobufFields(body.ToArray()));
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    // The numbers are those of opentelemetry/proto/metrics/v1/metrics.proto.
    private void Read(ProtobufFields request)
    {
        foreach (var ofResource in request.Messages(1))
        {
            var service = ofResource.Messages(1).SelectMany(r => r.Messages(1)).Select(Attribute).FirstOrDefault(a => a.Name == "service.name").Value;
            foreach (var ofScope in ofResource.Messages(2))
            {
                foreach (var metric in ofScope.Messages(2))
                {
                    var (kind, data) = metric.Has(5) ? ("gauge", 5) : metric.Has(7) ? ("sum", 7) : metric.Has(9) ? ("histogram", 9) : ("other", 0);

                    // Attributes of a number are field 7, those of a histogram's point field 9.
                    var attributes = metric.Messages(data).SelectMany(d => d.Messages(1)).SelectMany(p => p.Messages(kind == "histogram" ? 9 : 7)).Select(Attribute);
                    _metrics.Enqueue(new OtlpMetric(service, ofScope.Messages(1).Single().Text(1), metric.Text(1), metric.Text(3), kind, attributes.ToHashSet()));
                }
            }
        }
    }

    private static (string Name, string Value) Attribute(ProtobufFields attribute)
    {
        var value = attribute.Messages(2).Single();
        return (attribute.Text(1), value.Has(3) ? $"{value.Whole(3)}" : value.Text(1));
    }
}
