// Pages through the option statistics of an OpenD, or of `pd-optstat simulate`, and prints a line for each trading day.
//
//   protoc --proto_path=proto --java_out=. pd_optstat/proto/opend.proto
//   javac -cp /usr/share/java/protobuf.jar:. -d . OpenDClient.java pd_optstat/opend/Opend.java
//   java -cp /usr/share/java/protobuf.jar:. OpenDClient 11111 2025-06-13 2026-06-12 US_SECURITY/VOLUME US.AAPL
//
// Of a market: name, day, calls, puts. Of an underlying also the open interest of calls and puts, and the price.

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import pd_optstat.opend.Opend.GetOptionMarketStatistic;
import pd_optstat.opend.Opend.GetOptionUnderlyingHisStatistic;
import pd_optstat.opend.Opend.InitConnect;
import pd_optstat.opend.Opend.Security;

public final class OpenDClient implements AutoCloseable {
    private static final int HEADER_BYTES = 44;
    private static final int INIT_CONNECT = 1001, MARKET_STATISTIC = 3301, UNDERLYING_STATISTIC = 3302;
    private static final List<String> MARKETS = List.of("", "US_SECURITY", "US_INDEX", "HK_SECURITY", "HK_INDEX");

    private final Socket socket;
    private final DataInputStream input;
    private int serial = 0;

    OpenDClient(int port) throws Exception {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        input = new DataInputStream(socket.getInputStream());
        InitConnect.C2S c2s = InitConnect.C2S.newBuilder()
            .setClientVer(1)
            .setClientID("OpenDClient.java")
            .setPacketEncAlgo(-1) // no encryption
            .build();
        byte[] reply = ask(INIT_CONNECT, InitConnect.Request.newBuilder().setC2S(c2s).build());
        InitConnect.Response response = InitConnect.Response.parseFrom(reply);
        check(response.hasRetType() && response.getRetType() == 0, response.getRetMsg());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Sends a request and returns the body of its reply. */
    private byte[] ask(int protocol, MessageLite request) throws Exception {
        byte[] body = request.toByteArray();
        ByteBuffer packet = ByteBuffer.allocate(HEADER_BYTES + body.length).order(ByteOrder.LITTLE_ENDIAN);
        packet.put((byte) 'F').put((byte) 'T').putInt(protocol).put((byte) 0).put((byte) 0); // protobuf, version 0
        packet.putInt(++serial).putInt(body.length).put(sha1(body)).put(new byte[8]).put(body);
        socket.getOutputStream().write(packet.array());
        while (true) { // pushes may come between
            byte[] head = input.readNBytes(HEADER_BYTES);
            check(head.length == HEADER_BYTES && head[0] == 'F' && head[1] == 'T', "not OpenD's protocol");
            ByteBuffer header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
            byte[] received = input.readNBytes(header.getInt(12));
            check(Arrays.equals(Arrays.copyOfRange(head, 16, 36), sha1(received)), "a damaged packet");
            if (header.getInt(2) == protocol && header.getInt(8) == serial) {
                return received;
            }
        }
    }

    void printMarket(String name, String begin, String end) throws Exception {
        String[] parts = name.split("/");
        var c2s = GetOptionMarketStatistic.C2S.newBuilder()
            .setOptionMarket(MARKETS.indexOf(parts[0]))
            .setDataType(parts[1].equals("OPEN_INTEREST") ? 1 : 0)
            .setBeginTime(begin)
            .setEndTime(end);
        ByteString key;
        do {
            var request = GetOptionMarketStatistic.Request.newBuilder().setC2S(c2s).build();
            var response = GetOptionMarketStatistic.Response.parseFrom(ask(MARKET_STATISTIC, request));
            check(response.hasRetType() && response.getRetType() == 0, response.getRetMsg());
            for (var row : response.getS2C().getStatisticListList()) {
                System.out.println(name + " " + row.getTime() + " " + row.getCallValue() + " " + row.getPutValue());
            }
            key = response.getS2C().getNextPageKey();
            c2s.setNextPageKey(key);
        } while (!key.isEmpty());
    }

    void printUnderlying(String symbol, String begin, String end) throws Exception {
        String[] parts = symbol.split("\\.", 2); // US..SPX is the index .SPX
        var c2s = GetOptionUnderlyingHisStatistic.C2S.newBuilder()
            .setOwner(Security.newBuilder().setMarket(parts[0].equals("HK") ? 1 : 11).setCode(parts[1]))
            .setBeginTime(begin)
            .setEndTime(end);
        ByteString key;
        do {
            var request = GetOptionUnderlyingHisStatistic.Request.newBuilder().setC2S(c2s).build();
            var response = GetOptionUnderlyingHisStatistic.Response.parseFrom(ask(UNDERLYING_STATISTIC, request));
            check(response.hasRetType() && response.getRetType() == 0, response.getRetMsg());
            for (var row : response.getS2C().getStatisticListList()) {
                System.out.println(String.join(" ", symbol, row.getTime(),
                    Long.toString(row.getCallVolume()), Long.toString(row.getPutVolume()),
                    Long.toString(row.getCallOpenInterest()), Long.toString(row.getPutOpenInterest()),
                    Double.toString(row.getUnderlyingPrice())));
            }
            key = response.getS2C().getNextPageKey();
            c2s.setNextPageKey(key);
        } while (!key.isEmpty());
    }

    private static byte[] sha1(byte[] data) throws Exception {
        return MessageDigest.getInstance("SHA-1").digest(data);
    }

    private static void check(boolean right, String otherwise) throws IOException {
        if (!right) {
            throw new IOException(otherwise);
        }
    }

    public static void main(String[] arguments) throws Exception {
        check(arguments.length >= 4, "usage: OpenDClient PORT BEGIN END SERIES...");
        try (OpenDClient client = new OpenDClient(Integer.parseInt(arguments[0]))) {
            for (String name : Arrays.asList(arguments).subList(3, arguments.length)) {
                if (name.contains("/")) {
                    client.printMarket(name, arguments[1], arguments[2]);
                } else {
                    client.printUnderlying(name, arguments[1], arguments[2]);
                }
            }
        }
    }
}
