// Pages through the option statistics of an OpenD, or of `pd-optstat simulate`, and prints a line for each trading day.
//
//   protoc --proto_path=proto --cpp_out=. pd_optstat/proto/opend.proto
//   g++ -std=c++17 -I. opend_client.cpp pd_optstat/proto/opend.pb.cc -lprotobuf -pthread -o opend_client
//   ./opend_client 11111 2025-06-13 2026-06-12 US_SECURITY/VOLUME US.AAPL
//
// Of a market: name, day, calls, puts. Of an underlying also the open interest of calls and puts, and the price.
#include <arpa/inet.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "pd_optstat/proto/opend.pb.h"

using namespace pd_optstat::opend;
using Bytes = std::string;

Bytes little_endian(uint32_t value) {
  return {char(value), char(value >> 8), char(value >> 16), char(value >> 24)};
}

uint32_t from_little_endian(const Bytes& data, size_t at) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(data.data()) + at;
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | uint32_t(bytes[3]) << 24;
}

// SHA-1 is big-endian.
uint32_t reversed(uint32_t value) {
  return value >> 24 | (value >> 8 & 0xFF00) | (value << 8 & 0xFF0000) | value << 24;
}

// The digest that the header of each packet holds, as FIPS 180-4 defines it.
Bytes sha1(Bytes data) {
  uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}, w[80];
  const uint64_t bits = uint64_t(data.size()) * 8;
  const auto rotate = [](uint32_t value, int by) { return value << by | value >> (32 - by); };
  data += '\x80';
  while (data.size() % 64 != 56) data += '\0';
  for (int shift = 56; shift >= 0; shift -= 8) data += char(bits >> shift);
  for (size_t block = 0; block < data.size(); block += 64) {
    for (int i = 0; i < 16; ++i) w[i] = reversed(from_little_endian(data, block + 4 * i));
    for (int i = 16; i < 80; ++i) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 80; ++i) {
      const uint32_t f = i < 20 ? (b & c) | (~b & d) : i >= 40 && i < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const uint32_t k = i < 20 ? 0x5A827999 : i < 40 ? 0x6ED9EBA1 : i < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
      const uint32_t next = rotate(a, 5) + f + e + k + w[i];
      e = d, d = c, c = rotate(b, 30), b = a, a = next;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
  }
  Bytes digest;
  for (uint32_t word : h) digest += little_endian(reversed(word));
  return digest;
}

class Connection {
 public:
  explicit Connection(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET, address.sin_port = htons(port), address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address)) throw std::runtime_error("no OpenD");
    InitConnect::Request request;
    request.mutable_c2s()->set_clientver(1);
    request.mutable_c2s()->set_clientid("opend_client.cpp");
    request.mutable_c2s()->set_packetencalgo(-1);  // no encryption
    ask<InitConnect::Response>(1001, request);
  }
  ~Connection() { close(socket_); }

  template <class Response, class Request>
  Response ask(uint32_t protocol, const Request& request) {
    const Bytes body = request.SerializeAsString(), format(2, '\0');
    const Bytes head = "FT" + little_endian(protocol) + format + little_endian(++serial_) + little_endian(body.size());
    const Bytes packet = head + sha1(body) + Bytes(8, '\0') + body;
    if (write(socket_, packet.data(), packet.size()) != ssize_t(packet.size())) throw std::runtime_error("cannot send");
    Bytes header, received;
    do {  // pushes may come between
      header = read_exactly(44);
      received = read_exactly(from_little_endian(header, 12));
      const bool is_intact = header.compare(0, 2, "FT") == 0 && header.substr(16, 20) == sha1(received);
      if (!is_intact) throw std::runtime_error("a damaged packet");
    } while (from_little_endian(header, 2) != protocol || from_little_endian(header, 8) != serial_);
    Response response;
    if (!response.ParseFromString(received)) throw std::runtime_error("a body that cannot be decoded");
    if (!response.has_rettype() || response.rettype() != 0) throw std::runtime_error(response.retmsg());
    return response;
  }

 private:
  Bytes read_exactly(size_t count) {
    Bytes data(count, '\0');
    for (size_t at = 0; at < count;) {
      const ssize_t more = read(socket_, &data[at], count - at);
      if (more <= 0) throw std::runtime_error("the connection was closed");
      at += more;
    }
    return data;
  }
  int socket_;
  uint32_t serial_ = 0;
};

template <class Message, class Print>
void print_pages(Connection& connection, uint32_t protocol, typename Message::C2S c2s, char** dates, Print print) {
  c2s.set_begintime(dates[0]), c2s.set_endtime(dates[1]);
  do {
    typename Message::Request request;
    *request.mutable_c2s() = c2s;
    const auto s2c = connection.ask<typename Message::Response>(protocol, request).s2c();
    for (const auto& row : s2c.statisticlist()) print(row);
    c2s.set_nextpagekey(s2c.nextpagekey());
  } while (!c2s.nextpagekey().empty());
}

int main(int count, char** arguments) try {
  if (count < 5) throw std::runtime_error("usage: opend_client PORT BEGIN END SERIES...");
  Connection connection(std::atoi(arguments[1]));
  for (int at = 4; at < count; ++at) {
    const Bytes name = arguments[at], markets[] = {"", "US_SECURITY", "US_INDEX", "HK_SECURITY", "HK_INDEX"};
    if (const size_t slash = name.find('/'); slash != Bytes::npos) {
      GetOptionMarketStatistic::C2S c2s;
      for (int market = 1; market <= 4; ++market)
        if (name.substr(0, slash) == markets[market]) c2s.set_optionmarket(market);
      c2s.set_datatype(name.substr(slash + 1) == "OPEN_INTEREST");
      print_pages<GetOptionMarketStatistic>(connection, 3301, c2s, arguments + 2, [&](const auto& row) {
        std::printf("%s %s %ld %ld\n", name.c_str(), row.time().c_str(), long(row.callvalue()), long(row.putvalue()));
      });
    } else {
      GetOptionUnderlyingHisStatistic::C2S c2s;
      c2s.mutable_owner()->set_market(name.substr(0, 2) == "HK" ? 1 : 11);
      c2s.mutable_owner()->set_code(name.substr(3));
      print_pages<GetOptionUnderlyingHisStatistic>(connection, 3302, c2s, arguments + 2, [&](const auto& row) {
        std::printf("%s %s %ld %ld ", name.c_str(), row.time().c_str(), long(row.callvolume()), long(row.putvolume()));
        std::printf("%ld %ld ", long(row.callopeninterest()), long(row.putopeninterest()));
        std::printf("%.17g\n", row.underlyingprice());
      });
    }
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
