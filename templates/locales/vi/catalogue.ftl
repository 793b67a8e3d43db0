catalogue-title = Thủ tục hành chính
catalogue-active = Đang lọc theo
catalogue-drop = Bỏ lọc
catalogue-filters = Bộ lọc
catalogue-results = Kết quả
catalogue-count = { $count ->
   *[other] { $count } thủ tục
}
catalogue-none = Chưa tìm thấy thủ tục nào cho «{ $query }»
catalogue-none-here = Chưa có thủ tục nào ở đây
catalogue-none-text = Bạn thử từ khác ngắn hơn, hoặc gọi { $hotline } để được chỉ đúng thủ tục.
catalogue-nearest = Có phải bạn tìm
catalogue-all = Xem tất cả thủ tục
level-full = Trực tuyến toàn trình
level-partial = Trực tuyến một phần
level-info = Nộp tại quầy
procedure-fee = Phí, lệ phí
procedure-time = Thời gian giải quyết
procedure-usual = 30 ngày qua: thường { $median }; 9 trên 10 hồ sơ xong trong { $p90 } ({ $count } hồ sơ)
procedure-place = Nơi giải quyết
procedure-result = Bạn nhận được
procedure-partial = Vì sao chưa làm được hoàn toàn trên mạng
procedure-cases = Trường hợp của bạn
procedure-prepare = Bạn cần chuẩn bị
procedure-papers-show = Xem giấy tờ cần có
procedure-fees = Phí và lệ phí
procedure-fee-what = Khoản
procedure-fee-online = Trực tuyến
procedure-fee-counter = Tại quầy
procedure-limits = Thời hạn khác
procedure-steps = Hồ sơ đi qua những bước nào
procedure-more = Thông tin thêm
procedure-audience = Ai được làm thủ tục này
procedure-conditions = Yêu cầu, điều kiện
procedure-legal = Căn cứ pháp lý
procedure-related = Thủ tục liên quan
procedure-updated = Cập nhật ngày { $date }
procedure-begin-title = Làm ngay trên mạng
procedure-begin = Bắt đầu
procedure-begin-text = Bạn có thể dừng bất cứ lúc nào, mọi điều đã khai được giữ lại.
procedure-no-begin-title = Thủ tục này nộp tại quầy
procedure-no-begin-text = Mang giấy tờ đến: { $place }.
procedure-print = In bản hướng dẫn một trang
procedure-print-pdf = Tải bản hướng dẫn chữ to (PDF)
paper-attach = Gửi kèm bản chụp hoặc bản điện tử
paper-show = Mang theo để đối chiếu
paper-count = { $copies ->
    [0] { $originals } bản chính
   *[other] { $originals } bản chính, { $copies } bản sao
}
paper-when = Chỉ cần khi: { $condition }
paper-instead = Không phải nộp nếu cơ quan đã có: { $what }
sheet-long-steps = Xem trên trang của thủ tục (quét mã QR) hoặc hỏi tại quầy.
sheet-qr = Quét để mở trang này và nộp hồ sơ
